import { expect } from "chai";
import type { SiteSettings, Status } from "../../src/contract";
import { changedSettings } from "../../src/core/settings-change";

const SHOP: SiteSettings = {
  name: "Shop",
  source: { kind: "github", repository: "github.com/octo/shop", branch: "main" },
  preview_branches: ["feature/*"],
};

describe("a change of settings", () => {
  const free: Record<string, [change: Partial<SiteSettings>, changed: readonly string[]]> = {
    "nothing, though written otherwise": [{ preview_branches: ["feature/*"] }, []],
    "its name": [{ name: "Store" }, ["name"]],
    "how it is built": [{ build: { build: "make", timeout_minutes: 30 } }, ["build"]],
    "another branch of another host": [
      { source: { kind: "bitbucket", repository: "bitbucket.org/octo/shop", branch: "next" } },
      ["source"],
    ],
    "what is kept and cached": [
      { keep_releases: 2, cache_rules: [{ glob: "**", cache_control: "no-cache" }] },
      ["keep_releases", "cache_rules"],
    ],
    "which branches get previews": [{ preview_branches: ["*"] }, ["preview_branches"]],
    "no previews any more": [{ preview_branches: [] }, ["preview_branches"]],
    "a default that is spelt out": [{ spa_fallback: false }, ["spa_fallback"]],
  };
  for (const [what, [change, changed]] of Object.entries(free)) {
    it(`may be ${what}`, () => {
      expect(changedSettings("Deployed", SHOP, { ...SHOP, ...change })).to.deep.equal(changed);
    });
  }

  const { preview_branches: _previews, ...without } = SHOP;
  const fixed: Record<string, [before: SiteSettings, change: Partial<SiteSettings>]> = {
    domain: [SHOP, { domain: "shop.example.org" }],
    "source.kind": [SHOP, { source: { kind: "zip" } }],
    spa_fallback: [SHOP, { spa_fallback: true }],
    error_page: [SHOP, { error_page: "lost.html" }],
    preview_branches: [without, { preview_branches: ["*"] }],
  };
  for (const [field, [before, change]] of Object.entries(fixed)) {
    it(`cannot be of ${field} once the site is being provisioned, and can before`, () => {
      const after = { ...before, ...change };
      for (const status of ["Provision Request", "Failed to Provision", "Deployed"] satisfies Status[])
        expect(() => changedSettings(status, before, after)).to.throw(`[${field}]`);
      expect(changedSettings("Pre Provisioned", before, after)).to.deep.equal(Object.keys(change));
    });
  }
});
