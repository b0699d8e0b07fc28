import { createHash } from "node:crypto";
import { expect } from "chai";
import { PUBLISHED_HOST_KEYS } from "../../src/adapters/known-hosts";

/** SHA-256 of the Ed25519 keys, as their owners publish them beside the keys. */
const PUBLISHED: Readonly<Record<string, string>> = {
  "github.com": "+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU",
  "gitlab.com": "eUXGGm1YGsMAS7vkcx6JOJdOGHPem5gQp4taiCfCLB8",
  "bitbucket.org": "ybgmFkzwOSotHTHLJgHO0QN8L0xErw6vd0VhFA9m3SM",
};

describe("the host keys that are built in", () => {
  it("have the fingerprints that their owners publish", () => {
    const found = PUBLISHED_HOST_KEYS.split("\n").map((line) => {
      const [host = "", type, key = ""] = line.split(" ");
      expect(type).to.equal("ssh-ed25519");
      const fingerprint = createHash("sha256").update(Buffer.from(key, "base64")).digest("base64");
      return [host, fingerprint.replace(/=+$/, "")];
    });

    expect(Object.fromEntries(found)).to.deep.equal(PUBLISHED);
  });
});
