import { SEED } from "@slipway/testing";
import { expect } from "chai";
import fc from "fast-check";
import { WEBHOOK_ROUTES, type Provider } from "../../src/contract";
import { PROVIDER_DEFINITIONS } from "../../src/core/providers";
import { verifyWebhook } from "../../src/core/verify";
import { webhookHeaders } from "../../src/core/webhook";
import { createAuthorizeWebhook } from "../../src/handlers/authorize-webhook";
import { createWebhookVerifier } from "../../src/core/verifier";
import {
  createAcceptor,
  fixture,
  hmac,
  NOW,
  request,
  SECRET,
  SIGNED,
  SIGNING_TOKEN,
  standardHeaders,
} from "../support/webhooks";

const BODIES: Readonly<Record<Provider, Buffer>> = {
  github: fixture("github/push.json"),
  gitlab: fixture("gitlab/push.json"),
  bitbucket: fixture("bitbucket/push.json"),
  generic: fixture("generic/push.json"),
};
const HEADERS: Readonly<Record<Provider, string>> = {
  github: "x-hub-signature-256",
  gitlab: "webhook-signature",
  bitbucket: "x-hub-signature",
  generic: "x-signature",
};
const PROVIDERS = Object.keys(BODIES) as Provider[];

/** Status of the answer, and whether anything was queued. */
async function send(
  provider: Provider,
  headers: Record<string, string>,
  body = BODIES[provider],
  options: { encoded?: boolean; secrets?: readonly string[] } = {},
): Promise<string> {
  const { encoded = false, secrets } = options;
  const acceptor = createAcceptor(secrets === undefined ? {} : { secrets: () => secrets });
  const { statusCode } = await acceptor.accept(request(provider, headers, body, encoded));
  return `${statusCode} ${acceptor.queue.messages.length > 0 ? "queued" : "nothing"}`;
}

describe("C3 only signed requests do work", () => {
  for (const provider of PROVIDERS) {
    const [body, header] = [BODIES[provider], HEADERS[provider]];
    const good = () => SIGNED[provider](body);
    const changed = (value: string) => ({ ...good(), [header]: value });
    const signature = good()[header] ?? "";

    it(`C3 ${provider}: takes a good signature, encoded or not, whatever the case of its header`, async () => {
      const shouted = Object.fromEntries(Object.entries(good()).map(([name, value]) => [name.toUpperCase(), value]));

      expect(await send(provider, good())).to.equal("202 queued");
      expect(await send(provider, good(), body, { encoded: true })).to.equal("202 queued");
      expect(await send(provider, shouted)).to.equal("202 queued");
    });

    it(`C3 ${provider}: refuses a body that was changed by one byte, anywhere`, async () => {
      const anywhere = fc.asyncProperty(fc.nat(body.length - 1), fc.integer({ min: 1, max: 255 }), async (at, by) => {
        const other = Buffer.from(body);
        other[at] = (other[at] ?? 0) ^ by;
        expect(await send(provider, good(), other, { encoded: true })).to.equal("401 nothing");
      });
      await fc.assert(anywhere, { seed: SEED, numRuns: 50 });
    });

    it(`C3 ${provider}: refuses with 401 a header that is missing, empty, cut, too long or of another shape`, async () => {
      const { [header]: _gone, ...without } = good();
      const wrong = [
        "",
        signature.slice(0, -1),
        signature.slice(0, -2),
        `${signature}00`,
        signature.replace(/^(sha256=|v1,)/, ""),
        signature.replace(/^(sha256=|v1,)/, "sha1="),
        `${signature},${signature}`,
        "sha256=",
        "é".repeat(64),
        "x".repeat(100_000),
      ];

      expect(await send(provider, without)).to.equal("401 nothing");
      for (const value of wrong)
        expect(await send(provider, changed(value)), value.slice(0, 80)).to.equal("401 nothing");
    });

    it(`C3 ${provider}: refuses the right signature in the wrong header`, async () => {
      const { [header]: value = "", ...without } = good();

      expect(await send(provider, { ...without, "x-signature-256": value })).to.equal("401 nothing");
    });

    it(`C3 ${provider}: an empty secret, or none, verifies nothing`, async () => {
      const empty = { ...good(), [header]: provider === "gitlab" ? signature : hmac(body, "") };

      for (const secrets of [[""], [], ["", ""]]) {
        expect(await send(provider, empty, body, { secrets })).to.equal("401 nothing");
      }
    });

    it(`C3 ${provider}: takes the secret that is being replaced as well as the new one`, async () => {
      const other = provider === "gitlab" ? `whsec_${Buffer.alloc(32, 9).toString("base64")}` : "another secret";
      const mine = provider === "gitlab" ? SIGNING_TOKEN : SECRET;

      for (const secrets of [
        [mine, other],
        [other, mine],
      ]) {
        expect(await send(provider, good(), body, { secrets })).to.equal("202 queued");
      }
      expect(await send(provider, good(), body, { secrets: [other] })).to.equal("401 nothing");
    });
  }

  it("C3 a secret that was made after the last reading is found, and bad credentials do not read it again and again", async () => {
    let [secrets, time] = [["an old secret"] as readonly string[], 0];
    const acceptor = createAcceptor({ secrets: () => secrets, elapsed: () => time });
    const good = request("github", SIGNED.github(BODIES.github), BODIES.github);
    const statuses: number[] = [];

    statuses.push((await acceptor.accept(good)).statusCode);
    secrets = [SECRET];
    time += 11_000;
    statuses.push((await acceptor.accept(good)).statusCode);
    const reads = acceptor.reads();
    const bad = request(
      "github",
      { ...SIGNED.github(BODIES.github), "x-hub-signature-256": hmac(Buffer.from("x")) },
      BODIES.github,
    );
    for (let flood = 0; flood < 50; flood += 1) statuses.push((await acceptor.accept(bad)).statusCode);

    expect(statuses.slice(0, 2)).to.deep.equal([401, 202]);
    expect(new Set(statuses.slice(2))).to.deep.equal(new Set([401]));
    expect([reads, acceptor.reads()]).to.deep.equal([2, 2]);
  });

  for (const provider of ["gitlab", "generic"] as const) {
    it(`C3 ${provider}: refuses a signed time that is more than five minutes off, either way`, async () => {
      const body = BODIES[provider];
      const at = (minutes: number) => standardHeaders(body, new Date(NOW.getTime() + minutes * 60_000));

      for (const minutes of [-4.9, 0, 4.9]) expect(await send(provider, at(minutes))).to.equal("202 queued");
      for (const minutes of [-6, -5.1, 5.1, 6]) expect(await send(provider, at(minutes))).to.equal("401 nothing");
      expect(await send(provider, { ...at(0), "webhook-timestamp": "soon" })).to.equal("401 nothing");
      expect(await send(provider, { ...at(0), "webhook-id": "msg_2" })).to.equal("401 nothing");
    });
  }

  it("C3 gitlab: takes one of several signatures, and refuses other versions", async () => {
    const good = standardHeaders(BODIES.gitlab);
    const signature = good["webhook-signature"] ?? "";
    const other = `v1,${Buffer.alloc(32).toString("base64")}`;

    expect(await send("gitlab", { ...good, "webhook-signature": `${other} ${signature}` })).to.equal("202 queued");
    expect(await send("gitlab", { ...good, "webhook-signature": `v1a,${"A".repeat(86)}==` })).to.equal("401 nothing");
  });

  it("C3 gitlab: takes the older token where no signing token is configured, and never a signing token as one", async () => {
    const token = (value: string) => ({ "x-gitlab-token": value });

    expect(await send("gitlab", token(SECRET), BODIES.gitlab, { secrets: [SECRET] })).to.equal("202 queued");
    expect(await send("gitlab", token(`${SECRET}x`), BODIES.gitlab, { secrets: [SECRET] })).to.equal("401 nothing");
    expect(await send("gitlab", token(SIGNING_TOKEN), BODIES.gitlab, { secrets: [SIGNING_TOKEN] })).to.equal(
      "401 nothing",
    );
    const both = {
      ...standardHeaders(BODIES.gitlab, NOW),
      ...token(SECRET),
      "webhook-signature": `v1,${"A".repeat(43)}=`,
    };
    expect(await send("gitlab", both)).to.equal("401 nothing");
  });

  it("C3 the test notices a check that is left out", async () => {
    const lax = createAcceptor({ deps: { verifiers: { github: { verify: async () => ({ kind: "verified" }) } } } });

    await lax.accept(request("github", { "x-github-event": "push" }, BODIES.github));

    expect(lax.queue.messages).to.have.length(1);
  });

  it("C3 the test notices a body that was parsed and written again", () => {
    const { schemes } = PROVIDER_DEFINITIONS.github;
    const headers = webhookHeaders(SIGNED.github(BODIES.github));
    const rewritten = Buffer.from(JSON.stringify(JSON.parse(BODIES.github.toString())));

    expect(verifyWebhook(schemes, { headers, body: BODIES.github }, [SECRET], NOW).kind).to.equal("verified");
    expect(verifyWebhook(schemes, { headers, body: rewritten }, [SECRET], NOW).kind).to.equal("refused");
  });
});

describe("the Gateway's authorizer", () => {
  const authorize = (provider: Provider, headers: Record<string, string>, secrets = [SECRET, SIGNING_TOKEN]) => {
    const { schemes } = PROVIDER_DEFINITIONS[provider];
    const [clock, stopwatch] = [{ now: () => NOW }, { elapsed: () => 0 }];
    const verifier = createWebhookVerifier({ readSecrets: async () => secrets, schemes, clock, stopwatch });
    const log = { info: () => undefined, warn: () => undefined };
    return createAuthorizeWebhook({ verifiers: { [provider]: verifier }, log })({
      headers,
      routeKey: `POST /${provider}`,
    });
  };

  for (const provider of PROVIDERS) {
    it(`C3 lets ${provider} through by what headers can prove`, async () => {
      const good = SIGNED[provider](BODIES[provider]);
      const { [HEADERS[provider]]: _gone, ...without } = good;

      expect(await authorize(provider, good)).to.deep.equal({ isAuthorized: true });
      expect(await authorize(provider, without)).to.deep.equal({ isAuthorized: false });
      // What a signature looks like is for the step behind to judge, which answers 401 and not 403.
      expect(await authorize(provider, { ...good, [HEADERS[provider]]: "nonsense" })).to.deep.equal({
        isAuthorized: true,
      });
      expect(await authorize(provider, good, [""])).to.deep.equal({ isAuthorized: false });
    });
  }

  it("C3 is asked only about requests that have the header of one of their provider's schemes", () => {
    const headersOf = (provider: Provider): readonly string[] =>
      WEBHOOK_ROUTES.filter((route) => route.provider === provider).map(({ header }) => header.toLowerCase());

    for (const provider of PROVIDERS) {
      const { schemes } = PROVIDER_DEFINITIONS[provider];
      expect(headersOf(provider), provider).to.have.members(schemes.map(({ header }) => header));
    }
  });

  it("C3 checks GitLab's token itself, since that is in a header", async () => {
    expect(await authorize("gitlab", { "X-Gitlab-Token": SECRET })).to.deep.equal({ isAuthorized: true });
    expect(await authorize("gitlab", { "X-Gitlab-Token": SECRET }, [SIGNING_TOKEN])).to.deep.equal({
      isAuthorized: false,
    });
    const old = "token-of-the-tests";
    expect(await authorize("gitlab", { "X-Gitlab-Token": old }, [old])).to.deep.equal({ isAuthorized: true });
    expect(await authorize("gitlab", { "X-Gitlab-Token": "wrong" }, [old])).to.deep.equal({ isAuthorized: false });
  });

  it("C3 serves nobody who has no secret", async () => {
    const authorizer = createAuthorizeWebhook({ verifiers: {}, log: { info: () => undefined, warn: () => undefined } });

    expect(await authorizer({ headers: {}, routeKey: "POST /github" })).to.deep.equal({ isAuthorized: false });
    expect(await authorizer({})).to.deep.equal({ isAuthorized: false });
  });
});
