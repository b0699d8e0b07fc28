import { rejectionOf } from "@slipway/testing";
import { generateKeyPairSync } from "node:crypto";
import { expect } from "chai";
import type { AwsJson } from "@slipway/code-push/webhooks";
import { BitbucketTokens } from "../../src/adapters/bitbucket-tokens";
import { SecretGitCredentials, SiteCommitStatuses, SourceTokens } from "../../src/adapters/source-tokens";
import { OwnSecrets } from "../../src/adapters/site-secrets";
import type { SiteSource } from "../../src/contract";
import { NoSourceError } from "../../src/core/errors";
import type { Pipeline } from "../../src/core/pipeline";
import { MemoryPipelines, MemorySecrets } from "../../src/library-memory";
import { QuickTime, shaOf } from "../support/sites-world";

const PRIVATE = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs1", format: "pem" });

const rowOf = (source: SiteSource): Pipeline =>
  ({ site_id: "shop", settings: { name: "Shop", source } }) as unknown as Pipeline;

/** Secrets Manager in memory, as far as it is called. */
function createSecrets(values: Record<string, string>) {
  const call = async ({ target }: { target: string }, body: Record<string, string>): Promise<unknown> => {
    const id = body["SecretId"] ?? body["Name"] ?? "";
    const missing = Object.assign(new Error("none"), { name: "ResourceNotFoundException" });
    if (target.endsWith("CreateSecret")) values[id] = body["SecretString"] ?? "";
    else if (values[id] === undefined) throw missing;
    else if (target.endsWith("PutSecretValue")) values[id] = body["SecretString"] ?? "";
    else if (target.endsWith("DeleteSecret")) delete values[id];
    return { SecretString: values[id] };
  };
  return { values, aws: { call } as unknown as AwsJson };
}

function createTokens(values: Record<string, string> = {}) {
  const { aws } = createSecrets(values);
  const [installations, secrets] = [new MemoryPipelines(), new MemorySecrets()];
  const asked: { readonly url: string; readonly headers: Record<string, string> }[] = [];
  const send = (async (url: string, { headers }: { headers: Record<string, string> }) => {
    asked.push({ url, headers });
    return new Response(JSON.stringify({ access_token: "bitbucket-token" }));
  }) as unknown as typeof fetch;
  const bitbucket = new BitbucketTokens("slipway-sites", new QuickTime(), send);
  const tokens = new SourceTokens({
    aws,
    stopwatch: { elapsed: () => 0 },
    installations,
    secrets,
    bitbucket,
    githubAppSecret: "app",
  });
  return { tokens, aws, installations, secrets, asked };
}

const BITBUCKET = { kind: "bitbucket", repository: "bitbucket.org/acme/shop", branch: "main" } as const;
const GITHUB = { kind: "github", repository: "github.com/octo/shop", branch: "main" } as const;

describe("tokens of a site's source", () => {
  it("are those of the Bitbucket installation on the repository's account", async () => {
    const { tokens, installations, secrets, asked } = createTokens();
    expect(await rejectionOf(tokens.token(rowOf(BITBUCKET)))).to.be.instanceOf(NoSourceError);
    await installations.saveInstallation({
      provider: "bitbucket",
      id: "k",
      account: "acme",
      repositories: [],
      updated_at: "",
    });
    await secrets.write("k", "the shared secret");
    expect(await tokens.token(rowOf(BITBUCKET))).to.equal("bitbucket-token");
    expect(asked[0]?.headers["authorization"]).to.match(/^JWT [\w-]+\.[\w-]+\.[\w-]+$/);
    expect(JSON.stringify(asked)).to.not.include("the shared secret");
  });

  it("of GitHub need the app's installation on that very repository", async () => {
    const { tokens, installations } = createTokens({ app: JSON.stringify({ appId: 1, privateKey: PRIVATE }) });
    await installations.saveInstallation({
      provider: "github",
      id: "7",
      account: "octo",
      repositories: ["github.com/octo/other"],
      updated_at: "",
    });
    expect(await rejectionOf(tokens.token(rowOf(GITHUB)))).to.be.instanceOf(NoSourceError);
  });

  it("of a plain webhook's secret reach builds in a secret, and never in a variable", async () => {
    const { tokens, aws } = createTokens({ mine: JSON.stringify({ type: "token", token: "t0ken" }) });
    const values: Record<string, string> = {};
    const own = new OwnSecrets(createSecrets(values).aws, "slipway/git/");
    const source = { kind: "webhook", provider: "gitlab", repository: "gitlab.com/a/b", branch: "main" } as const;
    const credentials = new SecretGitCredentials(tokens, own);
    expect(await credentials.prepare(rowOf(source))).to.equal(undefined);
    expect(await credentials.prepare(rowOf({ ...source, credentials_secret_id: "mine" }))).to.equal("slipway/git/shop");
    expect(values["slipway/git/shop"]).to.equal(`Basic ${Buffer.from("oauth2:t0ken").toString("base64")}`);
    expect(aws).to.not.equal(undefined);
  });
});

describe("commit statuses of sites", () => {
  for (const [source, url] of [
    [GITHUB, `https://api.github.com/repos/octo/shop/statuses/${shaOf(1)}`],
    [BITBUCKET, `https://api.bitbucket.org/2.0/repositories/acme/shop/commit/${shaOf(1)}/statuses/build`],
  ] as const) {
    it(`are told to ${source.kind}, one for each site`, async () => {
      const told: { readonly url: string; readonly body: string }[] = [];
      const send = (async (to: string, { body }: { body: string }) => {
        told.push({ url: to, body });
        return new Response("{}", { status: 201 });
      }) as unknown as typeof fetch;
      const statuses = new SiteCommitStatuses({ token: async () => "t" }, send);
      const state = { state: "success", description: "live" } as const;
      expect(await statuses.tell(rowOf(source), shaOf(1), state)).to.equal(undefined);
      expect(told.map((each) => each.url)).to.deep.equal([url]);
      expect(told[0]?.body).to.include("slipway/site/shop");
    });
  }

  it("that cannot be told are no failure", async () => {
    const statuses = new SiteCommitStatuses({ token: () => Promise.reject(new Error("no app")) });
    expect(await statuses.tell(rowOf(GITHUB), shaOf(1), { state: "pending", description: "" })).to.include("no app");
    expect(await statuses.tell(rowOf({ kind: "zip" }), shaOf(1), { state: "pending", description: "" })).to.equal(
      undefined,
    );
  });
});
