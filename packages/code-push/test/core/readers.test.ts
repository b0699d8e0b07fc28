import { SEED } from "@slipway/testing";
import { expect } from "chai";
import fc from "fast-check";
import { parseCredentials, parseWebhookSecrets } from "../../src/core/credentials";
import { isAtLeast, parseGitVersion } from "../../src/core/git-version";
import { archiveMetadata, headerText } from "../../src/core/metadata";
import { parseMessage } from "../../src/core/message";
import { problemOfPath } from "../../src/core/paths";
import { apiBase, statusCall } from "../../src/core/provider-api";
import { createRepositories, matchesGlob, parseRepository } from "../../src/core/repositories";
import { pushOf, repository, SHOP } from "../support/world";

describe("metadata", () => {
  it("fits into a header and into S3's two kilobytes, whatever people write", () => {
    const anything = fc.string({ unit: "binary", maxLength: 2000 });
    const fits = fc.property(anything, anything, anything, (author, message, branch) => {
      const commit = { sha: "a".repeat(40), author, message, committedAt: "2026-11-20T10:00:00.000Z" };
      const metadata = archiveMetadata(SHOP, `refs/heads/${branch}`, commit, "c1");
      const size = Object.entries(metadata).reduce((sum, [name, value]) => sum + name.length + value.length, 0);
      expect(size).to.be.at.most(2000);
      for (const value of Object.values(metadata)) expect(value).to.match(/^[\x20-\x7e]+$/);
      expect(metadata).to.include({ repository: SHOP, commit: commit.sha });
    });
    fc.assert(fits, { seed: SEED, numRuns: 500 });
  });

  it("keeps a first line that is plain, and encodes another", () => {
    expect(headerText("Fix it\n\nand more", 50)).to.equal("Fix it");
    expect(headerText("Grüße", 50)).to.equal(`=?UTF-8?B?${Buffer.from("Grüße").toString("base64")}?=`);
    expect(headerText("ü".repeat(500), 60).length).to.be.at.most(60);
  });
});

describe("secrets", () => {
  it("are read by their type, and told apart from what they are not", () => {
    const key = "-----BEGIN OPENSSH PRIVATE KEY-----\nx\n-----END OPENSSH PRIVATE KEY-----";

    expect(parseCredentials(key)).to.deep.equal({ type: "ssh", privateKey: key });
    expect(parseCredentials('{"type":"token","token":"t","statusToken":"s"}')).to.deep.equal({
      type: "token",
      token: "t",
      statusToken: "s",
    });
    expect(
      parseCredentials(JSON.stringify({ type: "github-app", appId: 1, installationId: "2", privateKey: key })),
    ).to.deep.include({ type: "github-app", appId: "1", installationId: "2" });
    const wrong = [
      "",
      "{}",
      "REPLACEME",
      '{"type":"token"}',
      '{"type":"token","token":"a\\nb"}',
      '{"type":"ssh"}',
      '{"type":"token","token":"t","username":"a:b"}',
    ];
    for (const text of wrong) expect(parseCredentials(text), text).to.equal(undefined);
  });

  it("of webhooks are one or two, and never empty", () => {
    expect(parseWebhookSecrets('{"current":"a","previous":"b"}')).to.deep.equal(["a", "b"]);
    expect(parseWebhookSecrets('{"current":"","previous":""}')).to.deep.equal([]);
    expect([parseWebhookSecrets("a"), parseWebhookSecrets("{}"), parseWebhookSecrets('{"current":5}')]).to.deep.equal([
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe("git's version", () => {
  it("is compared by its numbers", () => {
    expect(parseGitVersion("git version 2.39.5 (Apple Git-154)")).to.equal("2.39.5");
    expect([isAtLeast("2.50.1", "2.50.1"), isAtLeast("2.51.0", "2.50.1"), isAtLeast("3.0", "2.50.1")]).to.deep.equal([
      true,
      true,
      true,
    ]);
    expect([isAtLeast("2.50.0", "2.50.1"), isAtLeast("2.9.9", "2.50.1"), isAtLeast("1.99.99", "2.50.1")]).to.deep.equal(
      [false, false, false],
    );
  });
});

describe("messages", () => {
  it("are read as they were written", () => {
    const message = pushOf("refs/heads/main", "a".repeat(40), { delivery_id: "d" });

    expect(parseMessage(JSON.stringify(message))).to.deep.equal(message);
  });

  it("that are anything else are told apart", () => {
    const wrong = [
      { type: "x" },
      { sha: "HEAD" },
      { ref: "refs/heads/-x" },
      { provider: "svn" },
      { trigger: "x" },
      { repository: "" },
    ];

    for (const change of wrong) {
      const text = JSON.stringify({ ...pushOf("refs/heads/main", "a".repeat(40)), ...change });
      expect(() => parseMessage(text), text)
        .to.throw()
        .with.property("code", "unreadable-message");
    }
  });
});

describe("repositories", () => {
  it("are told apart by provider, host and path, in any case", () => {
    const all = createRepositories([repository(), repository({ id: "github.com/octo/shop" })]);

    expect(all.match("github", "git.example.org", "Octo/SHOP")?.id).to.equal(SHOP);
    expect(all.match("github", undefined, "octo/shop")).to.equal(undefined);
    expect(all.match("gitlab", "git.example.org", "octo/shop")).to.equal(undefined);
    expect(all.byId("GitHub.com/Octo/Shop")?.id).to.equal("github.com/octo/shop");
  });

  it("that differ by case only are refused", () => {
    expect(() => createRepositories([repository(), repository({ id: "git.example.org/Octo/shop" })])).to.throw("twice");
  });

  it("with a setting that is wrong are refused, naming it", () => {
    const wrong: readonly (readonly [string, object])[] = [
      ["id", { id: "shop" }],
      ["id", { id: "host/../shop" }],
      ["provider", { provider: "svn" }],
      ["url", { url: "file:///etc" }],
      ["submodules", { submodules: "yes" }],
      ["branches", { branches: [] }],
      ["keyTemplate", { keyTemplate: "x.zip" }],
    ];
    for (const [field, change] of wrong) {
      const setting = { id: SHOP, provider: "github", url: `https://${SHOP}.git`, ...change };
      expect(() => parseRepository(setting), field)
        .to.throw()
        .with.property("field", field);
    }
  });

  it("are filtered by globs", () => {
    expect(matchesGlob(["release/*"], "release/1")).to.equal(true);
    expect(matchesGlob(["release/*"], "release/1/2")).to.equal(false);
    expect(matchesGlob(["**"], ".hidden/x")).to.equal(true);
    expect(matchesGlob(["v[0-9]*", "!(main)"], "main")).to.equal(false);
  });
});

describe("paths in an archive", () => {
  it("are relative, plain and none of git's own", () => {
    const bad = [
      "",
      "/a",
      "a/../b",
      "..",
      "./a",
      "a//b",
      "a\\b",
      "C:/a",
      "a\0b",
      ".git/config",
      "x/.Git",
      "git~1",
      ".git /x",
      ".g\u200bit/x",
    ];

    for (const path of bad) expect(problemOfPath(path), JSON.stringify(path)).not.to.equal(undefined);
    for (const path of ["a", ".gitignore", ".github/workflows/x.yml", "a..b", "日本/é"])
      expect(problemOfPath(path)).to.equal(undefined);
  });
});

describe("providers' APIs", () => {
  it("are at the repository's own host", () => {
    const of = (id: string, provider: "github" | "gitlab" | "bitbucket" | "generic") => repository({ id, provider });
    const state = { state: "failure", description: "x".repeat(200) } as const;

    expect(statusCall(of("github.com/o/r", "github"), "abc", state)?.url).to.equal(
      "https://api.github.com/repos/o/r/statuses/abc",
    );
    expect(statusCall(of("ghe.example.org/o/r", "github"), "abc", state)?.url).to.equal(
      "https://ghe.example.org/api/v3/repos/o/r/statuses/abc",
    );
    expect(statusCall(of("gitlab.com/a/b/c", "gitlab"), "abc", state)).to.deep.equal({
      url: "https://gitlab.com/api/v4/projects/a%2Fb%2Fc/statuses/abc",
      body: { state: "failed", description: "x".repeat(140), name: "slipway/code-push" },
    });
    expect(statusCall(of("bitbucket.org/o/r", "bitbucket"), "abc", state)?.url).to.equal(
      "https://api.bitbucket.org/2.0/repositories/o/r/commit/abc/statuses/build",
    );
    expect(statusCall(of("x.org/o/r", "generic"), "abc", state)).to.equal(undefined);
    expect(apiBase(of("gitlab.example.org/o/r", "gitlab"))).to.equal("https://gitlab.example.org/api/v4");
  });
});
