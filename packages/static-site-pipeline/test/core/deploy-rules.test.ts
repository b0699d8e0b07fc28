import { expect } from "chai";
import { contentTypeOf, createHeaderRules, isHashed } from "../../src/core/cache-rules";
import { checkBuild, LONGEST_PATH } from "../../src/core/deploy-build";
import { UnfitBuildError } from "../../src/core/deploy-errors";
import { layoutOf, previewSlug } from "../../src/core/deploy-layout";
import { splitReleases } from "../../src/core/deploy-prune";
import { EMPTY_STATE, parseState, stateText, type SiteRelease } from "../../src/core/deploy-state";
import { parseManifest, manifestText, type SiteFile } from "../../src/core/site-manifest";
import type { SourceFile } from "../../src/core/deploy-ports";
import { Readable } from "node:stream";

const file = (path: string): SourceFile => ({ path, size: 0, sha256: "", open: async () => Readable.from([]) });

describe("a build without index.html at its top", () => {
  const fileOf = (path: string): SourceFile => ({ path, size: 0, sha256: "", open: async () => Readable.from([]) });
  const refusal =
    (...paths: string[]) =>
    () =>
      checkBuild(paths.map(fileOf));

  it("is told what to do about a folder around it", () => {
    const hint = "zip the contents of the folder: (cd dist && zip -r ../site.zip .)";
    expect(refusal("dist/a.css", "dist/index.html"))
      .to.throw(UnfitBuildError, "there is no index.html at its top, only in dist/")
      .with.property("hint")
      .that.includes(hint);
    for (const paths of [["a.css"], ["a/index.txt"], ["a.css", "b/index.html"]]) {
      expect(refusal(...paths))
        .to.throw(UnfitBuildError)
        .with.property("hint", "see what the build wrote, and where");
    }
  });
});

describe("headers of files", () => {
  for (const [path, hashed] of [
    ["assets/index-BxK3f9aQ.js", true],
    ["main.0a1b2c3d4e5f.css", true],
    ["static/js/2.1b2c3d4e.chunk.js", true],
    ["logo~9f8e7d6c5b4a.svg", true],
    ["index-document.js", false],
    ["my-20241125.txt", false],
    ["style.css", false],
    ["jquery-3.7.1.min.js", false],
    ["page-1a2b3c4d.html", false],
    ["1a2b3c4d", false],
  ] as const) {
    it(`${path} ${hashed ? "has" : "has no"} hash in its name`, () => expect(isHashed(path)).to.equal(hashed));
  }

  for (const [path, type] of [
    ["a.html", "text/html; charset=utf-8"],
    ["a.HTM", "text/html; charset=utf-8"],
    ["a.js", "text/javascript; charset=utf-8"],
    ["a.mjs", "text/javascript; charset=utf-8"],
    ["a.css", "text/css; charset=utf-8"],
    ["a.json", "application/json; charset=utf-8"],
    ["a.svg", "image/svg+xml; charset=utf-8"],
    ["a.webmanifest", "application/manifest+json; charset=utf-8"],
    ["a.wasm", "application/wasm"],
    ["a.woff2", "font/woff2"],
    ["a.avif", "image/avif"],
    ["a.zip", "application/zip"],
    ["a.unknown", "application/octet-stream"],
    ["CNAME", "application/octet-stream"],
  ] as const) {
    it(`${path} is ${type}`, () => expect(contentTypeOf(path)).to.equal(type));
  }

  it("come from the first rule that fits, or from the name", () => {
    const headersOf = createHeaderRules([
      { glob: "/assets/**/*.pdf", cacheControl: "no-store" },
      { glob: "assets/**", cacheControl: "public, max-age=60" },
    ]);

    expect(headersOf("assets/a/b.pdf").cacheControl).to.equal("no-store");
    expect(headersOf("assets/x-1a2b3c4d.js").cacheControl).to.equal("public, max-age=60");
    expect(headersOf("x-1a2b3c4d.js").cacheControl).to.match(/immutable/);
    expect(headersOf("index.html").cacheControl).to.match(/max-age=0, s-maxage=\d+, must-revalidate/);
  });

  it("are refused where they are no headers", () => {
    expect(() => createHeaderRules([{ glob: "a", cacheControl: "x\r\nSet-Cookie: y" }])).to.throw(/cacheRules/);
    expect(() => createHeaderRules([{ glob: "", cacheControl: "x" }])).to.throw(/cacheRules/);
  });
});

describe("a build", () => {
  for (const [name, paths, problem] of [
    ["without files", [], /no files/],
    ["without an index", ["a.html"], /no index.html/],
    ["with a path that goes up", ["index.html", "../a"], /leaves the site/],
    ["with a file twice", ["index.html", "a", "a"], /twice/],
    ["with a path that is too long", ["index.html", "a".repeat(LONGEST_PATH + 1)], /bytes/],
  ] as const) {
    it(`${name} is refused`, () => expect(() => checkBuild(paths.map(file))).to.throw(problem));
  }

  it("must have the error page that is set", () => {
    expect(() => checkBuild([file("index.html")], "404.html")).to.throw(/\[errorPage\]/);
    checkBuild([file("index.html"), file("404.html")], "/404.html");
  });
});

describe("where things are", () => {
  it("previews of different branches never meet", () => {
    const branches = ["a", "A", "a/b", "a-b", "a_b", "", "é", "日本", "x".repeat(80), "x".repeat(81), "-a-"];
    const slugs = branches.map(previewSlug);

    expect(new Set(slugs).size).to.equal(branches.length);
    for (const slug of slugs) expect(slug).to.match(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
    expect(previewSlug("feature-1")).to.equal("feature-1");
  });

  it("nothing of Slipway's own is in a folder that is served", () => {
    const live = layoutOf({ kind: "live" });
    const preview = layoutOf({ kind: "preview", branch: "a" });

    expect(live.pointer.startsWith(live.files)).to.equal(false);
    expect(preview).to.deep.include({ files: "previews/a/", url: "/previews/a/" });
    expect(preview.manifest("r").startsWith("live/") || preview.manifest("r").startsWith("previews/")).to.equal(false);
  });
});

describe("documents in the bucket", () => {
  const one: SiteFile = { path: "a", size: 1, sha256: "x", contentType: "t", cacheControl: "c", versionId: "v" };

  it("say what was written", () => {
    const live = new Map([["a", one]]);
    const state = { ...EMPTY_STATE, fence: 3, live, lock: { holder: "ann", reason: "freeze", since: "t" } };

    expect(parseState("k", stateText(state))).to.deep.equal(state);
    expect(parseManifest("k", manifestText(live))).to.deep.equal(live);
  });

  it("take any path, and tell headers once", () => {
    const paths = ["a b+c=1/d-e_f.html", 'say "hi".html', "日本/é.html", "__proto__", "7", "%20&'.js"];
    const files = new Map(paths.map((path, index) => [path, { ...one, path, contentType: `t${index % 2}` }]));

    const stored = JSON.parse(manifestText(files)) as { headers: unknown; files: object };

    expect(parseManifest("k", manifestText(files))).to.deep.equal(files);
    expect(stored.headers).to.deep.equal([
      ["t0", "c"],
      ["t1", "c"],
    ]);
    expect(Object.keys(stored.files)).to.have.members(paths);
  });

  it("are refused where they are something else", () => {
    for (const text of ["", "{}", "[1]", '{"schema":2}']) {
      expect(() => parseState("k", text))
        .to.throw()
        .with.property("code", "unreadable-site-state");
      expect(() => parseManifest("k", text))
        .to.throw()
        .with.property("code", "unreadable-site-state");
    }
  });

  it("keep the latest releases, and those that were live not long ago", () => {
    const release = (id: string, replacedAt?: string) => ({ id, replacedAt }) as SiteRelease;
    const releases = [
      release("d"),
      release("c", "2026-11-25T10"),
      release("b", "2026-11-25T09"),
      release("a", "2026-11-24"),
    ];
    const kept = (keep: number, since: string) => splitReleases(releases, keep, since).kept.map(({ id }) => id);

    expect(kept(2, "2026-12-01")).to.deep.equal(["d", "c"]);
    expect(kept(0, "2026-12-01")).to.deep.equal(["d"]);
    expect(kept(1, "2026-11-25T08")).to.deep.equal(["d", "c", "b"]);
  });
});
