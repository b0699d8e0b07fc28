import { rejectionOf } from "@slipway/testing";
import { generateKeyPairSync } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { ProviderCommitStatuses } from "../../src/adapters/commit-statuses";
import { GitAccessSource } from "../../src/adapters/git-access";
import { GitHubAppTokens } from "../../src/adapters/github-app";
import type { CredentialsValue } from "../../src/contract";
import type { Repository } from "../../src/core/repositories";
import { filesOf } from "../contracts/git-remote";
import { FakeProviderApi, verifyAppToken } from "../support/provider-api";
import { GitFixture } from "../support/git-fixture";

const MAIN = "refs/heads/main";
const INSTALLATION_TOKEN = "ghs_a-token-of-an-installation";

describe("a GitHub App", () => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const pem = privateKey.export({ type: "pkcs1", format: "pem" }).toString();
  const credentials: CredentialsValue = { type: "github-app", appId: 12, installationId: 34, privateKey: pem };
  let fixture: GitFixture;
  let api: FakeProviderApi;
  let access: GitAccessSource;
  let repository: Repository;

  beforeEach(async () => {
    fixture = await GitFixture.start();
    fixture.create("shop");
    api = new FakeProviderApi("/api/v3");
    api.answer = ({ path, authorization }) => {
      if (!path.startsWith("/app/")) return { status: 201 };
      const { iss, exp } = verifyAppToken(authorization, publicKey);
      expect(iss).to.equal("12");
      expect(exp).to.be.within(Date.now() / 1000, Date.now() / 1000 + 600);
      const expires_at = new Date(Date.now() + 3_600_000).toISOString();
      return { status: 201, body: { token: INSTALLATION_TOKEN, expires_at, permissions: {} } };
    };
    const basic = `Basic ${Buffer.from(`x-access-token:${INSTALLATION_TOKEN}`).toString("base64")}`;
    fixture.server.intercept = (request, response) => {
      if (api.intercept(request, response)) return true;
      if (request.headers.authorization === basic) return false;
      response.writeHead(401, { "www-authenticate": "Basic" }).end();
      return true;
    };
    access = new GitAccessSource({ credentials: async () => credentials }, new GitHubAppTokens());
    repository = fixture.repository("shop", { credentialsSecretId: "app", commitStatus: true });
  });
  afterEach(() => fixture.stop());

  /** The machine's git, behind a program that writes down what it was started with. */
  function watchedGit(): { readonly ambient: NodeJS.ProcessEnv; readonly arguments: () => string } {
    const [bin, log] = [join(fixture.root, "bin"), join(fixture.root, "git.log")];
    const git = (process.env["PATH"] ?? "")
      .split(":")
      .map((folder) => join(folder, "git"))
      .find(existsSync);
    mkdirSync(bin);
    writeFileSync(join(bin, "git"), `#!/bin/sh\necho "$@" >> ${log}\nexec ${git} "$@"\n`);
    chmodSync(join(bin, "git"), 0o755);
    const ambient = { ...process.env, PATH: `${bin}:${process.env["PATH"] ?? ""}` };
    return { ambient, arguments: () => readFileSync(log, "utf8") };
  }

  it("is let in as its installation, to fetch and to tell, with one token for this repository alone", async () => {
    const sha = fixture.commit("shop", { a: "1" });
    const git = watchedGit();
    const remote = fixture.remote({ access, ambient: git.ambient });
    const statuses = new ProviderCommitStatuses(access);

    const told = await statuses.tell(repository, sha, { state: "pending", description: "Being archived" });
    const files = await remote.withCommit(repository, { ref: MAIN, sha }, async (commit) =>
      filesOf(await commit.archive()),
    );

    expect([told, files]).to.deep.equal([undefined, { a: "1" }]);
    const [asked, status, ...more] = api.requests;
    expect(asked).to.deep.include({ method: "POST", path: "/app/installations/34/access_tokens" });
    expect(asked?.body).to.deep.include({ repositories: ["shop"] });
    expect(status).to.deep.equal({
      method: "POST",
      path: `/repos/octo/shop/statuses/${sha}`,
      authorization: `Bearer ${INSTALLATION_TOKEN}`,
      body: { state: "pending", description: "Being archived", context: "slipway/code-push" },
    });
    expect(more).to.deep.equal([]);
    const encoded = Buffer.from(`x-access-token:${INSTALLATION_TOKEN}`).toString("base64");
    expect(git.arguments()).to.include("fetch --depth=1");
    for (const secret of [INSTALLATION_TOKEN, encoded, "PRIVATE KEY"]) expect(git.arguments()).not.to.include(secret);
  });

  it("that is refused does not show its key or a token, and is asked again the next time", async () => {
    const sha = fixture.commit("shop", { a: "1" });
    const answer = api.answer;
    api.answer = () => ({ status: 401, body: { message: "A JSON web token could not be decoded" } });
    const remote = fixture.remote({ access });
    const fetch = () => remote.withCommit(repository, { ref: MAIN, sha }, async (commit) => commit.sha);
    const state = { state: "success", description: "Archived" } as const;

    const error = await rejectionOf(fetch());
    const told = await new ProviderCommitStatuses(access).tell(repository, sha, state);
    api.answer = answer;

    expect(error).to.include({ code: "github-app-failed", retryable: true });
    const shown = `${JSON.stringify(error, Object.getOwnPropertyNames(error))} ${told}`;
    expect(shown).to.match(/could not be decoded/);
    expect(shown).not.to.match(/PRIVATE KEY|eyJ[\w-]{10}/);
    expect(await fetch()).to.equal(sha);
  });
});
