import { createHash, createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createWebhookVerifier, PROVIDER_DEFINITIONS, type Provider } from "@slipway/code-push/webhooks";
import { expect } from "chai";
import { ROUTES, type DeployRequestMessage, type SiteSource } from "../../src/contract";
import { queryHash, signConnectToken } from "../../src/core/bitbucket-jwt";
import { createAcceptSiteWebhook } from "../../src/handlers/accept-site-webhook";
import { createDescribeBitbucketApp } from "../../src/handlers/describe-bitbucket-app";
import type { SiteHttpRequest } from "../../src/handlers/http";
import { createSite } from "../../src/operations/create-site";
import { createWorld, type World } from "../support/sites-world";

const OWN = join(__dirname, "..", "fixtures", "events");
const PUSHES = join(__dirname, "..", "..", "..", "code-push", "test", "fixtures", "events");
const read = (folder: string, name: string): string => readFileSync(join(folder, name), "utf8");

const BASE = "https://hooks.example.org";
const APP = { key: "slipway-sites", baseUrl: BASE, accounts: ["acme"] };
const SECRET = "a secret of webhooks";
const APP_SECRET = "a secret of the app";
const INSTALLED = JSON.parse(read(OWN, "bitbucket-app/installed.json")) as Record<string, string>;
const { clientKey = "", sharedSecret = "" } = INSTALLED;

/** What the fixtures push. */
const pushed = (name: string) => JSON.parse(read(PUSHES, name)) as Record<string, never>;
const GITHUB: { readonly repository: { readonly full_name: string }; readonly after: string; readonly ref: string } =
  pushed("github/push.json") as never;
const githubRepository = `github.com/${GITHUB.repository.full_name}`;
const githubBranch = GITHUB.ref.slice("refs/heads/".length);

function createAcceptor(world: World) {
  const verifier = (provider: Provider, secret: string) =>
    createWebhookVerifier({
      readSecrets: async () => [secret],
      schemes: PROVIDER_DEFINITIONS[provider].schemes,
      clock: world.clock,
      stopwatch: { elapsed: () => 0 },
    });
  return createAcceptSiteWebhook({
    ...world,
    verifiers: {
      github: verifier("github", SECRET),
      gitlab: verifier("gitlab", SECRET),
      bitbucket: verifier("bitbucket", SECRET),
    },
    appVerifier: verifier("github", APP_SECRET),
    bitbucket: APP,
  });
}

const signed = (provider: string, event: string, body: string, secret: string): SiteHttpRequest => ({
  routeKey: ROUTES.webhook,
  pathParameters: { provider },
  body,
  headers: {
    "content-type": "application/json",
    "x-github-event": event,
    "x-github-delivery": "d-1",
    "x-event-key": "repo:push",
    "x-request-uuid": "d-1",
    ...(provider === "gitlab" && { "x-gitlab-token": secret }),
    [provider === "bitbucket" ? "x-hub-signature" : "x-hub-signature-256"]:
      `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
  },
});

async function siteWith(world: World, siteId: string, source: SiteSource, previews?: readonly string[]): Promise<void> {
  await createSite(world, siteId, { name: siteId, source, ...(previews && { preview_branches: previews }) }, "c");
}

const queued = (world: World): readonly DeployRequestMessage[] =>
  world.queues.executor.messages.map(({ body }) => JSON.parse(body) as DeployRequestMessage);

describe("plain webhooks", () => {
  it("queue one request for each site that listens, and for no other one", async () => {
    const world = createWorld();
    const source = { kind: "webhook", provider: "github", repository: githubRepository, branch: githubBranch } as const;
    await siteWith(world, "shop", source);
    await siteWith(world, "shop-two", source);
    await siteWith(world, "other-branch", { ...source, branch: "other" });
    await siteWith(world, "by-app", { kind: "github", repository: githubRepository, branch: githubBranch });
    await siteWith(world, "by-push", { kind: "code-push", repository: githubRepository, branch: githubBranch });
    const answer = await createAcceptor(world)(signed("github", "push", read(PUSHES, "github/push.json"), SECRET));

    expect(answer.statusCode).to.equal(202);
    expect(
      queued(world)
        .map(({ site_id }) => site_id)
        .sort(),
    ).to.deep.equal(["shop", "shop-two"]);
    expect(queued(world)[0]).to.include({ trigger: "github", branch: githubBranch, commit: GITHUB.after });
  });

  it("have the same request id each time that they are delivered", async () => {
    const world = createWorld();
    await siteWith(world, "shop", {
      kind: "webhook",
      provider: "github",
      repository: githubRepository,
      branch: githubBranch,
    });
    for (let n = 0; n < 2; n += 1) {
      await createAcceptor(world)(signed("github", "push", read(PUSHES, "github/push.json"), SECRET));
    }
    expect(new Set(queued(world).map(({ request_id }) => request_id)).size).to.equal(1);
  });

  it("for a preview are queued by the globs of the site", async () => {
    const world = createWorld();
    const source = { kind: "webhook", provider: "github", repository: githubRepository, branch: "live" } as const;
    await siteWith(world, "shop", source, [githubBranch]);
    await createAcceptor(world)(signed("github", "push", read(PUSHES, "github/push.json"), SECRET));
    expect(queued(world)).to.have.length(1);
  });

  const deletions = {
    github: "github.com/Codertocat/Hello-World",
    gitlab: "gitlab.com/acme/web/shop",
    bitbucket: "bitbucket.org/acme/shop",
  } as const;
  for (const [provider, repository] of Object.entries(deletions) as [keyof typeof deletions, string][]) {
    it(`of a branch that ${provider} has no more are queued for sites with a preview of it`, async () => {
      const world = createWorld();
      const body = read(PUSHES, `${provider}/push-deleted.json`).replaceAll("refs/tags/simple-tag", "refs/heads/old");
      const branch = "old";
      const source = { kind: "webhook", provider, repository, branch: "live" } as const;
      await siteWith(world, "previews", source, ["**"]);
      await siteWith(world, "no-previews", source);
      await siteWith(world, "its-own", { ...source, branch }, ["**"]);

      const answer = await createAcceptor(world)(signed(provider, "push", body, SECRET));

      expect(answer.statusCode).to.equal(202);
      const messages = world.queues.executor.messages.map((each) => JSON.parse(each.body) as Record<string, unknown>);
      expect(messages.map(({ type, site_id, branch: gone }) => [type, site_id, gone])).to.deep.equal([
        ["slipway.site.branch-gone", "previews", branch],
      ]);
    });
  }

  for (const [what, change] of Object.entries<(request: SiteHttpRequest) => SiteHttpRequest>({
    "another secret": () => signed("github", "push", read(PUSHES, "github/push.json"), "wrong"),
    "no signature": (request) => ({ ...request, headers: { "x-github-event": "push" } }),
    "a body that was changed": (request) => ({ ...request, body: `${request.body} ` }),
    "the app's secret": () => signed("github", "push", read(PUSHES, "github/push.json"), APP_SECRET),
  })) {
    it(`with ${what} are refused, and nothing is queued`, async () => {
      const world = createWorld();
      await siteWith(world, "shop", {
        kind: "webhook",
        provider: "github",
        repository: githubRepository,
        branch: githubBranch,
      });
      const answer = await createAcceptor(world)(
        change(signed("github", "push", read(PUSHES, "github/push.json"), SECRET)),
      );
      expect([answer.statusCode, queued(world).length]).to.deep.equal([401, 0]);
    });
  }

  it("of deletions, tags and other events are answered with 200 and do nothing", async () => {
    const world = createWorld();
    const accept = createAcceptor(world);
    for (const [event, name] of [
      ["push", "push-deleted"],
      ["push", "push-tag"],
      ["ping", "ping"],
    ] as const) {
      const answer = await accept(signed("github", event, read(PUSHES, `github/${name}.json`), SECRET));
      expect(answer.statusCode, name).to.equal(200);
    }
    expect(queued(world)).to.deep.equal([]);
  });

  it("that are too large, of nobody, or unreadable say so; a queue that is down is no fault of the sender", async () => {
    const world = createWorld();
    const accept = createAcceptor(world);
    const body = read(PUSHES, "github/push.json");
    expect(
      (await accept({ ...signed("github", "push", body, SECRET), body: "x".repeat(1024 * 1024 + 1) })).statusCode,
    ).to.equal(413);
    expect((await accept(signed("generic", "push", body, SECRET))).statusCode).to.equal(404);
    expect((await accept(signed("github", "push", "no json", SECRET))).statusCode).to.equal(400);
    await siteWith(world, "shop", {
      kind: "webhook",
      provider: "github",
      repository: githubRepository,
      branch: githubBranch,
    });
    world.queues.executor.send = () => Promise.reject(new Error("down"));
    expect((await accept(signed("github", "push", body, SECRET))).statusCode).to.equal(503);
  });
});

describe("the GitHub App", () => {
  it("knows its installations and their repositories, and forgets them", async () => {
    const world = createWorld();
    const accept = createAcceptor(world);
    const created = read(OWN, "github-app/installation-created.json");
    expect((await accept(signed("github-app", "installation", created, APP_SECRET))).statusCode).to.equal(200);
    const added = read(OWN, "github-app/installation-repositories.json");
    await accept(signed("github-app", "installation_repositories", added, APP_SECRET));
    expect(await world.pipelines.installation("github", "48200123")).to.deep.include({
      account: "octo",
      repositories: ["github.com/octo/blog", "github.com/octo/shop"],
    });

    const removed = created.replace('"action": "created"', '"action": "deleted"');
    await accept(signed("github-app", "installation", removed, APP_SECRET));
    expect(await world.pipelines.installation("github", "48200123")).to.equal(undefined);
  });

  it("triggers sites of the app only, and only with its own secret", async () => {
    const world = createWorld();
    await siteWith(world, "by-app", { kind: "github", repository: githubRepository, branch: githubBranch });
    const body = read(PUSHES, "github/push.json");
    expect((await createAcceptor(world)(signed("github-app", "push", body, SECRET))).statusCode).to.equal(401);
    expect((await createAcceptor(world)(signed("github-app", "push", body, APP_SECRET))).statusCode).to.equal(202);
    expect(queued(world).map(({ site_id }) => site_id)).to.deep.equal(["by-app"]);
  });
});

interface TokenOptions {
  readonly secret?: string;
  readonly iss?: string;
  readonly expires?: number;
  readonly path?: string;
  readonly query?: string;
}

/** A request of Bitbucket, with its token. */
function fromBitbucket(world: World, route: string, body: string, options: TokenOptions = {}): SiteHttpRequest {
  const [method = "", path = ""] = route.split(" ");
  const { secret = sharedSecret, iss = clientKey, expires = 180, query = "" } = options;
  const now = Math.floor(world.clock.now().getTime() / 1000);
  const qsh = queryHash({ method, path: options.path ?? path, query });
  const token = signConnectToken({ iss, iat: now, exp: now + expires, qsh }, secret);
  return {
    routeKey: route,
    rawPath: path,
    rawQueryString: query,
    requestContext: { http: { method } },
    headers: { authorization: `JWT ${token}`, "x-request-uuid": "d-1", "content-type": "application/json" },
    body,
  };
}

/** Connect wraps what plain webhooks send. */
const wrapped = (): string => JSON.stringify({ event: "repo:push", data: pushed("bitbucket/push.json") });
const BITBUCKET = pushed("bitbucket/push.json") as never as { readonly repository: { readonly full_name: string } };

describe("the Bitbucket app", () => {
  const installed = async (world: World) => {
    const accept = createAcceptor(world);
    const answer = await accept(fromBitbucket(world, ROUTES.bitbucketInstalled, JSON.stringify(INSTALLED)));
    expect(answer.statusCode).to.equal(200);
    return accept;
  };

  it("answers a GET with the descriptor that Bitbucket reads", async () => {
    const { statusCode, body } = await createDescribeBitbucketApp(APP)();
    expect(statusCode).to.equal(200);
    expect(JSON.parse(body)).to.deep.include({
      key: "slipway-sites",
      baseUrl: BASE,
      authentication: { type: "jwt" },
      lifecycle: { installed: "/bitbucket-app/installed", uninstalled: "/bitbucket-app/uninstalled" },
    });
    expect((await createDescribeBitbucketApp(undefined)()).statusCode).to.equal(404);
  });

  it("keeps the secret of the first handshake out of the table, and takes a push that it proves", async () => {
    const world = createWorld();
    const accept = await installed(world);
    expect(JSON.stringify(await world.pipelines.installation("bitbucket", clientKey))).to.not.include(sharedSecret);
    expect(world.secrets.values.get(clientKey)).to.equal(sharedSecret);
    const repository = `bitbucket.org/${BITBUCKET.repository.full_name}`;
    await siteWith(world, "shop", { kind: "bitbucket", repository, branch: "main" });
    const answer = await accept(fromBitbucket(world, ROUTES.bitbucketWebhook, wrapped()));
    expect(answer.statusCode).to.equal(202);
    expect(queued(world)[0]).to.include({ site_id: "shop", trigger: "bitbucket", branch: "main" });
  });

  it("refuses an account that may not install it, and another secret for an installation that it knows", async () => {
    const world = createWorld();
    const mallory = { ...INSTALLED, principal: { username: "mallory" } };
    const accept = createAcceptor(world);
    expect(
      (await accept(fromBitbucket(world, ROUTES.bitbucketInstalled, JSON.stringify(mallory)))).statusCode,
    ).to.equal(401);
    await installed(world);
    const other = "another secret that is long enough";
    const again = { ...INSTALLED, sharedSecret: other };
    expect(
      (await accept(fromBitbucket(world, ROUTES.bitbucketInstalled, JSON.stringify(again), { secret: other })))
        .statusCode,
    ).to.equal(401);
    expect(world.secrets.values.get(clientKey)).to.equal(sharedSecret);
    // Whoever knows the secret of before may bring a new one.
    await accept(fromBitbucket(world, ROUTES.bitbucketInstalled, JSON.stringify(again)));
    expect(world.secrets.values.get(clientKey)).to.equal(other);
  });

  for (const [what, options] of Object.entries<TokenOptions>({
    "another secret": { secret: "another secret that is long enough" },
    "another installation": { iss: "connection:1" },
    "a token that ran out": { expires: -600 },
    "a token for another path": { path: "/bitbucket-app/installed" },
  })) {
    it(`refuses a push with ${what}`, async () => {
      const world = createWorld();
      const accept = await installed(world);
      const answer = await accept(fromBitbucket(world, ROUTES.bitbucketWebhook, wrapped(), options));
      expect([answer.statusCode, queued(world).length]).to.deep.equal([401, 0]);
    });
  }

  it("refuses a token without an algorithm, with another one, and one whose query was changed", async () => {
    const world = createWorld();
    const accept = await installed(world);
    const request = fromBitbucket(world, ROUTES.bitbucketWebhook, wrapped(), { query: "a=1" });
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
    const [, claims = "", signature = ""] = (request.headers?.["authorization"] ?? "").split(".");
    for (const alg of ["none", "HS512", "RS256"]) {
      const unsigned = `${part({ alg })}.${claims}`;
      const tag = createHmac("sha256", sharedSecret).update(unsigned).digest("base64url");
      for (const each of [tag, signature, ""]) {
        const authorization = `JWT ${unsigned}.${each}`;
        const answer = await accept({ ...request, headers: { ...request.headers, authorization } });
        expect(answer.statusCode, alg).to.equal(401);
      }
    }
    expect((await accept({ ...request, rawQueryString: "a=2" })).statusCode).to.equal(401);
    expect((await accept({ ...request, rawQueryString: "a=1&jwt=x" })).statusCode).to.equal(200);
  });

  it("takes no push of a repository of another account", async () => {
    const world = createWorld();
    const accept = await installed(world);
    await siteWith(world, "theirs", { kind: "bitbucket", repository: "bitbucket.org/other/shop", branch: "main" });
    const body = wrapped().replaceAll("acme/shop", "other/shop");
    expect((await accept(fromBitbucket(world, ROUTES.bitbucketWebhook, body))).statusCode).to.equal(200);
    expect(queued(world)).to.deep.equal([]);
  });

  it("forgets an account that removes it", async () => {
    const world = createWorld();
    const accept = await installed(world);
    await accept(fromBitbucket(world, ROUTES.bitbucketUninstalled, JSON.stringify(INSTALLED)));
    expect(world.secrets.values.size).to.equal(0);
    expect((await accept(fromBitbucket(world, ROUTES.bitbucketWebhook, wrapped()))).statusCode).to.equal(401);
  });

  it("hashes requests as Atlassian's documentation shows", () => {
    const canonical = "GET&/rest/api/2/issue&a=x%20y,z&b=%2A";
    const expected = createHash("sha256").update(canonical).digest("hex");
    expect(queryHash({ method: "get", path: "/rest/api/2/issue/", query: "b=*&a=z&jwt=t&a=x+y" })).to.equal(expected);
  });
});
