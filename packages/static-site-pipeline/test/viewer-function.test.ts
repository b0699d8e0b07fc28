import { runInNewContext } from "node:vm";
import { expect } from "chai";
import { previewFunction, VIEWER_FUNCTION } from "../src/viewer-function";

/** What CloudFront looks for when a visitor asks for this. */
function lookedFor(code: string, host: string, uri: string): string {
  const request = { uri, headers: { host: { value: host } } };
  return (runInNewContext(`${code}; handler(event)`, { event: { request } }) as { readonly uri: string }).uri;
}

const SITE = "shop.example.org";
const PREVIEW = `feature-x.preview.${SITE}`;
const SHARED = "d111.cloudfront.net";

describe("what runs at the edge", () => {
  const cases: readonly (readonly [what: string, code: string, host: string, uri: string, wanted: string])[] = [
    ["the site's own page", VIEWER_FUNCTION, SITE, "/", "/index.html"],
    ["a folder", VIEWER_FUNCTION, SITE, "/about/", "/about/index.html"],
    ["a folder without a slash", VIEWER_FUNCTION, SITE, "/about", "/about/index.html"],
    ["a file", VIEWER_FUNCTION, SITE, "/assets/app.js", "/assets/app.js"],
    ["a preview's page", previewFunction(false), PREVIEW, "/", "/feature-x/index.html"],
    ["a preview's folder", previewFunction(false), PREVIEW, "/about", "/feature-x/about/index.html"],
    ["an absolute path of a preview", previewFunction(false), PREVIEW, "/assets/app.js", "/feature-x/assets/app.js"],
    ["a path out of a preview", previewFunction(false), PREVIEW, "/../live/app.js", "/feature-x/../live/app.js"],
    ["a preview by its folder", previewFunction(false), SHARED, "/feature-x", "/feature-x/index.html"],
    ["a folder of it", previewFunction(false), SHARED, "/feature-x/about/", "/feature-x/about/index.html"],
    ["a file of it", previewFunction(false), SHARED, "/feature-x/assets/app.js", "/feature-x/assets/app.js"],
    ["a route of an application", previewFunction(true), PREVIEW, "/orders/7", "/feature-x/index.html"],
    ["its files", previewFunction(true), PREVIEW, "/assets/app.js", "/feature-x/assets/app.js"],
    ["its route by folder", previewFunction(true), SHARED, "/feature-x/orders/7", "/feature-x/index.html"],
  ];
  for (const [what, code, host, uri, wanted] of cases) {
    it(`maps ${what}: ${host}${uri}`, () => {
      expect(lookedFor(code, host, uri)).to.equal(wanted);
    });
  }
});
