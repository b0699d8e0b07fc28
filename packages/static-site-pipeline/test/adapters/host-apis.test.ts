import { createHmac, generateKeyPairSync } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { AwsJson } from "@slipway/code-push/webhooks";
import { expect } from "chai";
import { verifyAppToken } from "../../../code-push/test/support/provider-api";
import { BitbucketTokens } from "../../src/adapters/bitbucket-tokens";
import { SiteCommitStatuses, SourceTokens } from "../../src/adapters/source-tokens";
import type { SiteSource } from "../../src/contract";
import { queryHash } from "../../src/core/bitbucket-jwt";
import type { Installation } from "../../src/core/ports";
import type { Pipeline } from "../../src/core/pipeline";
import { MemoryPipelines, MemorySecrets } from "../../src/library-memory";
import { shaOf } from "../support/sites-world";

/** A call of a host's API as it came. */
interface Call {
  /** `POST https://api.github.com/...`: where it was meant to go. */
  readonly what: string;
  readonly authorization: string;
  readonly contentType: string;
  readonly body: string;
}

type Answer = readonly [status: number, body: object];

/** All hosts' APIs on one server of this machine, which is what `send` reaches over HTTP, wherever it is told to go. */
class FakeHosts {
  readonly calls: Call[] = [];
  answer: (call: Call) => Answer = () => [404, {}];
  private readonly server: Server = createServer((request, response) => {
    this.take(request).then(
      ([status, body]) => response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body)),
      // A check of the test that fails in here must not leave the caller waiting.
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
  }

  async stop(): Promise<void> {
    await new Promise((resolve) => this.server.close(resolve));
  }

  readonly send: typeof fetch = (input, init) => {
    const meant = new URL(input instanceof Request ? input.url : input);
    const { port } = this.server.address() as AddressInfo;
    const headers = new Headers(init?.headers);
    headers.set("x-meant-for", meant.origin);
    return fetch(`http://127.0.0.1:${port}${meant.pathname}${meant.search}`, { ...init, headers });
  };

  private async take(request: IncomingMessage): Promise<Answer> {
    const { authorization = "", "content-type": contentType = "", "x-meant-for": origin } = request.headers;
    const what = `${request.method} ${String(origin)}${request.url}`;
    const call = { what, authorization, contentType, body: await text(request) };
    this.calls.push(call);
    return this.answer(call);
  }
}

const APP_KEY = "org.example.sites";
const SHARED = "the shared secret of the installation";
const SHA = shaOf(1);
const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const PEM = privateKey.export({ type: "pkcs1", format: "pem" }).toString();

const rowOf = (source: SiteSource): Pipeline =>
  ({ site_id: "shop", settings: { name: "Shop", source } }) as unknown as Pipeline;
const installed = (fields: Pick<Installation, "provider" | "id"> & Partial<Installation>): Installation => ({
  account: "",
  repositories: [],
  updated_at: "",
  ...fields,
});
const origin = (repository: string) => ({ repository, branch: "main" });

describe("Git hosts' APIs, over HTTP", () => {
  const hosts = new FakeHosts();
  let statuses: SiteCommitStatuses;
  before(() => hosts.start());
  after(() => hosts.stop());

  beforeEach(async () => {
    hosts.calls.length = 0;
    const values: Readonly<Record<string, object>> = {
      app: { appId: 12, privateKey: PEM },
      mine: { type: "token", token: "t0ken" },
      "by-app": { type: "github-app", appId: 12, installationId: 34, privateKey: PEM },
    };
    const call = async (_target: object, { SecretId = "" }: { readonly SecretId?: string }) => ({
      SecretString: JSON.stringify(values[SecretId]),
    });
    const [installations, secrets] = [new MemoryPipelines(), new MemorySecrets()];
    await installations.saveInstallation(
      installed({ provider: "github", id: "34", repositories: ["github.com/octo/shop", "github.com/octo/blog"] }),
    );
    await installations.saveInstallation(installed({ provider: "bitbucket", id: "client-1", account: "acme" }));
    await secrets.write("client-1", SHARED);
    const tokens = new SourceTokens({
      aws: { call } as unknown as AwsJson,
      stopwatch: { elapsed: () => 0 },
      installations,
      secrets,
      bitbucket: new BitbucketTokens(APP_KEY, { now: () => new Date() }, hosts.send),
      githubAppSecret: "app",
      send: hosts.send,
    });
    statuses = new SiteCommitStatuses(tokens, hosts.send);
  });

  const tell = (source: SiteSource, state: "pending" | "success" | "failure" = "success") =>
    statuses.tell(rowOf(source), SHA, { state, description: "Build 1 is live" });

  /** GitHub: gives a token to who signs with the App's key, and takes statuses with that token only. */
  const github = ({ what, authorization, body }: Call): Answer => {
    if (what === "POST https://api.github.com/app/installations/34/access_tokens") {
      const { iss, exp } = verifyAppToken(authorization, publicKey);
      const now = Date.now() / 1000;
      if (iss !== "12" || exp < now || exp > now + 600) return [401, { message: "not the App" }];
      const wanted = (JSON.parse(body) as { repositories?: string[] }).repositories;
      if (wanted?.length !== 1) return [422, { message: "for one repository" }];
      const expires_at = new Date(Date.now() + 3_600_000).toISOString();
      return [201, { token: `ghs_${wanted[0]}`, expires_at, permissions: {} }];
    }
    if (what !== `POST https://api.github.com/repos/octo/shop/statuses/${SHA}`) return [404, {}];
    return authorization === "Bearer ghs_shop" ? [201, {}] : [401, { message: "Bad credentials" }];
  };

  it("GitHub gives the App a token for this repository, and takes the commit's status with it", async () => {
    hosts.answer = github;
    const source = { kind: "github", ...origin("github.com/octo/shop") } as const;

    expect(await tell(source, "pending")).to.equal(undefined);
    expect(await tell(source)).to.equal(undefined);

    const told = hosts.calls.filter(({ what }) => what.includes("/statuses/")).map(({ body }) => JSON.parse(body));
    const context = "slipway/site/shop";
    expect(told).to.deep.equal([
      { state: "pending", description: "Build 1 is live", context },
      { state: "success", description: "Build 1 is live", context },
    ]);
    // The token is good for an hour, so that the second status needs no other one.
    expect(hosts.calls).to.have.length(3);
    expect(JSON.stringify(hosts.calls)).not.to.include("PRIVATE KEY");
  });

  it("GitHub refuses a key that is not the App's, which is told and is no failure of the deployment", async () => {
    const { publicKey: other } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    hosts.answer = ({ authorization }) => {
      try {
        verifyAppToken(authorization, other);
        return [201, {}];
      } catch {
        return [401, { message: "A JSON web token could not be decoded" }];
      }
    };

    const problem = await tell({ kind: "github", ...origin("github.com/octo/shop") });

    expect(problem).to.match(/could not be decoded/);
    expect(problem).not.to.match(/PRIVATE KEY|eyJ[\w-]{10}/);
  });

  /** Bitbucket: gives a token to who proves to know the installation's secret, for this very request. */
  const bitbucket = ({ what, authorization, contentType, body }: Call): Answer => {
    const address = "https://bitbucket.org/site/oauth2/access_token";
    if (what === `POST ${address}`) {
      const [header = "", claims = "", signature = ""] = authorization.replace(/^JWT /, "").split(".");
      const wanted = createHmac("sha256", SHARED).update(`${header}.${claims}`).digest("base64url");
      const said = JSON.parse(Buffer.from(claims, "base64url").toString()) as Record<string, string | number>;
      const grant = new URLSearchParams(body).get("grant_type");
      const isFine =
        signature === wanted &&
        said["iss"] === APP_KEY &&
        said["sub"] === "client-1" &&
        said["qsh"] === queryHash({ method: "POST", path: new URL(address).pathname, query: "" }) &&
        Number(said["exp"]) > Date.now() / 1000 &&
        contentType.startsWith("application/x-www-form-urlencoded") &&
        grant === "urn:bitbucket:oauth2:jwt";
      return isFine ? [200, { access_token: "bb-token", token_type: "bearer" }] : [401, {}];
    }
    const status = `POST https://api.bitbucket.org/2.0/repositories/acme/shop/commit/${SHA}/statuses/build`;
    return what === status && authorization === "Bearer bb-token" ? [201, {}] : [401, {}];
  };

  it("Bitbucket gives the installation a token, and takes the commit's status with it", async () => {
    hosts.answer = bitbucket;

    expect(await tell({ kind: "bitbucket", ...origin("bitbucket.org/acme/shop") })).to.equal(undefined);

    const [, status] = hosts.calls;
    expect(JSON.parse(status?.body ?? "")).to.include({ state: "SUCCESSFUL", key: "slipway/site/shop" });
    expect(JSON.stringify(hosts.calls)).not.to.include(SHARED);
  });

  it("Bitbucket that does not know the secret any more is told of, and nothing else is sent", async () => {
    hosts.answer = () => [401, {}];

    expect(await tell({ kind: "bitbucket", ...origin("bitbucket.org/acme/shop") })).to.match(/401/);
    expect(hosts.calls).to.have.length(1);
  });

  const byCodePush: Record<string, [source: SiteSource, what: string, authorization: string]> = {
    "with a token": [
      { kind: "code-push", ...origin("gitlab.com/acme/web/shop"), credentials_secret_id: "mine" },
      `POST https://gitlab.com/api/v4/projects/acme%2Fweb%2Fshop/statuses/${SHA}`,
      "Bearer t0ken",
    ],
    "at a host of its own": [
      { kind: "code-push", ...origin("git.acme.org/octo/shop"), provider: "github", credentials_secret_id: "mine" },
      `POST https://git.acme.org/api/v3/repos/octo/shop/statuses/${SHA}`,
      "Bearer t0ken",
    ],
    "with a GitHub App of the secret": [
      { kind: "code-push", ...origin("github.com/octo/shop"), credentials_secret_id: "by-app" },
      `POST https://api.github.com/repos/octo/shop/statuses/${SHA}`,
      "Bearer ghs_shop",
    ],
  };
  for (const [how, [source, what, authorization]] of Object.entries(byCodePush)) {
    it(`a commit that code push archived has its status told ${how}`, async () => {
      hosts.answer = (call) => (call.what.includes("access_tokens") ? github(call) : [201, {}]);

      expect(await tell(source)).to.equal(undefined);

      expect(hosts.calls.at(-1)).to.deep.include({ what, authorization });
    });
  }

  it("a commit of code push without credentials, or of a host that nobody knows, has nothing told", async () => {
    for (const source of [
      { kind: "code-push", ...origin("github.com/octo/shop") },
      { kind: "code-push", ...origin("git.acme.org/octo/shop"), credentials_secret_id: "mine" },
    ] as const) {
      expect(await tell(source)).to.equal(undefined);
    }
    expect(hosts.calls).to.deep.equal([]);
  });
});
