import { expect } from "chai";
import { basePathOf, previewUrl } from "../../src/core/preview-address";

const SHARED = { preview_domain: "d2.cloudfront.net" };
const OWN = { ...SHARED, preview_record_name: "preview.shop.example.org" };

describe("addresses of previews", () => {
  it("are hosts of their own below the site's domain", () => {
    expect(previewUrl(OWN, "fix")).to.equal("https://fix.preview.shop.example.org/");
    expect(previewUrl(OWN, "feature/X")).to.match(/^https:\/\/feature-x-[0-9a-f]{8}\.preview\.shop\.example\.org\/$/);
  });

  it("are folders of the previews' distribution without a domain", () => {
    expect(previewUrl(SHARED, "fix")).to.equal("https://d2.cloudfront.net/fix/");
    expect(previewUrl({}, "fix")).to.equal(undefined);
  });

  it("tell builds what their absolute links begin with", () => {
    expect(basePathOf(OWN, "fix")).to.equal("/");
    expect(basePathOf(SHARED, "fix")).to.equal("/fix/");
    expect(basePathOf(SHARED, undefined)).to.equal("/");
  });
});
