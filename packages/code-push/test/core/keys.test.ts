import { SEED } from "@slipway/testing";
import { expect } from "chai";
import fc from "fast-check";
import { DEFAULT_KEY_TEMPLATE } from "../../src/contract";
import { archiveKey, encodePart, pointerKey, receiptKey, requireTemplate, type KeyParts } from "../../src/core/keys";
import { parseRef, refOf } from "../../src/core/refs";

// Texts that are made to meet: separators, escapes, dots, case, characters that look alike or are composed in two ways.
const tricky = fc
  .array(
    fc.constantFrom(
      "a",
      "A",
      "b",
      "/",
      "-",
      "~",
      "2F",
      "~2F",
      ".",
      "..",
      "tags",
      "latest",
      "é",
      "e\u0301",
      "ß",
      "K",
      "{sha}",
      "%2F",
      " ",
    ),
    { minLength: 1, maxLength: 5 },
  )
  .map((parts) => parts.join(""));
const text = fc.oneof(tricky, fc.string({ unit: "grapheme", minLength: 1, maxLength: 300 }));
const sha = fc.constantFrom("a".repeat(40), "b".repeat(40), "a".repeat(64));
const parts: fc.Arbitrary<KeyParts> = fc.record({
  host: fc.constantFrom("github.com", "gitlab.com", "git.example.org:8443"),
  owner: text,
  repo: text,
  kind: fc.constantFrom("branch" as const, "tag" as const),
  name: text,
});
const TEMPLATES = [
  DEFAULT_KEY_TEMPLATE,
  "src/{sha}/{branch|tag}/{repo}/{owner}/{host}.zip",
  "{owner}/{repo}/x-{host}/{branch|tag}/v/{sha}",
];

describe("keys of archives", () => {
  it("never collide: two refs of two repositories have two keys, under every template", () => {
    const collide = fc.property(parts, parts, sha, sha, fc.constantFrom(...TEMPLATES), (a, b, one, two, template) => {
      requireTemplate(template, "all");
      const same = JSON.stringify([Object.entries(a).sort(), one]) === JSON.stringify([Object.entries(b).sort(), two]);
      const keys = [archiveKey(template, a, one), archiveKey(template, b, two)];
      expect(keys[0] === keys[1]).to.equal(same);
      const sameRef = JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());
      expect(pointerKey(template, a) === pointerKey(template, b)).to.equal(sameRef);
    });
    fc.assert(collide, { seed: SEED, numRuns: 5000 });
  });

  it("never collide with pointers and receipts, leave no folder, and fit into S3", () => {
    const safe = fc.property(parts, parts, sha, (a, b, commit) => {
      const key = archiveKey(DEFAULT_KEY_TEMPLATE, a, commit);
      const all = new Set([key, receiptKey(key), pointerKey(DEFAULT_KEY_TEMPLATE, b)]);
      expect(all.size).to.equal(3);
      for (const each of all) {
        expect(Buffer.byteLength(each)).to.be.at.most(1024);
        expect(each.split("/").some((part) => part === "" || part === "." || part === "..")).to.equal(false);
        expect(each).to.match(/^[A-Za-z0-9._~/-]+$/);
      }
    });
    fc.assert(safe, { seed: SEED, numRuns: 2000 });
  });

  it("the test notices parts that are not encoded", () => {
    const naive = ({ owner, repo, name }: KeyParts): string => `${owner}/${repo}/${name}`;
    const collide = fc.property(parts, parts, (a, b) => {
      const same = JSON.stringify([a.owner, a.repo, a.name]) === JSON.stringify([b.owner, b.repo, b.name]);
      return (naive(a) === naive(b)) === same;
    });
    const [x, y] = [
      { owner: "a/b", repo: "c", name: "d" },
      { owner: "a", repo: "b", name: "c/d" },
    ] as unknown as [KeyParts, KeyParts];

    expect(fc.check(collide, { seed: SEED, numRuns: 10, examples: [[x, y]] }).failed).to.equal(true);
  });

  it("read well where names are ordinary", () => {
    const shop = { host: "github.com", owner: "acme", repo: "shop" };

    expect(archiveKey(DEFAULT_KEY_TEMPLATE, { ...shop, kind: "branch", name: "feature/cart" }, "abc")).to.equal(
      "github.com/acme/shop/feature~2Fcart/abc.zip",
    );
    expect(pointerKey(DEFAULT_KEY_TEMPLATE, { ...shop, kind: "tag", name: "v1.0" })).to.equal(
      "github.com/acme/shop/tags/v1.0/latest.json",
    );
    expect([encodePart(".."), encodePart("~"), encodePart("é")]).to.deep.equal(["~2E~2E", "~7E", "~C3~A9"]);
  });

  const WRONG = [
    "{host}/{owner}/{repo}/{sha}.zip",
    "{host}/{owner}/{repo}/{branch|tag}/x.zip",
    "{host}/{owner}{repo}/{branch|tag}/{sha}.zip",
    "{host}-{owner}/{repo}/{branch|tag}/{sha}.zip",
    "{host}/{owner}/{repo}/{branch|tag}/{sha}/{date}.zip",
    "../{host}/{owner}/{repo}/{branch|tag}/{sha}.zip",
    "/{host}/{owner}/{repo}/{branch|tag}/{sha}.zip",
    "ü/{host}/{owner}/{repo}/{branch|tag}/{sha}.zip",
  ];
  for (const template of WRONG) {
    it(`have no template ${template}`, () => {
      expect(() => requireTemplate(template, "all"))
        .to.throw()
        .with.property("code", "invalid-input");
    });
  }
});

describe("refs", () => {
  it("are what git takes for one, and nothing that it takes for something else", () => {
    const good = ["refs/heads/main", "refs/heads/feature/x", "refs/tags/v1.0", "refs/heads/é日本", "refs/heads/a@b"];
    const bad = [
      "main",
      "refs/pull/1/head",
      "refs/heads/",
      "refs/heads/-x",
      "refs/heads/a..b",
      "refs/heads/a b",
      "refs/heads/a~1",
    ];
    const worse = [
      "refs/heads/a\n",
      "refs/heads/a.lock",
      "refs/heads/@{u}",
      "refs/heads/*",
      "refs/heads//a",
      "refs/heads/.a",
      `refs/heads/${"a".repeat(600)}`,
    ];

    for (const ref of good) expect(parseRef(ref) && refOf(parseRef(ref)!)).to.equal(ref);
    for (const ref of [...bad, ...worse, 5, undefined]) expect(parseRef(ref), String(ref)).to.equal(undefined);
  });
});
