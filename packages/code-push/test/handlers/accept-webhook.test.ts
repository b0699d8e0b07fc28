import { expect } from "chai";
import type { Provider } from "../../src/contract";
import { createAcceptor, fixture, hmac, request, SIGNED } from "../support/webhooks";

const SHAS = {
  github: "6113728f27ae82c7b1a177c8d03f9e96e0adf246",
  gitlab: "da1560886d4f094c3e6c9ef40349f7d38b5d27d7",
  bitbucket: "709d658dc5b6d6afcd46049c2f332ee3f515a67d",
  bitbucketOld: "1e65c05c1d5171631d92438a13901ca7dae9618c",
};

interface Case {
  readonly file: string;
  readonly provider: Provider;
  readonly event?: string;
  /** Refs and commits that are queued; none: ignored. */
  readonly queued?: readonly (readonly [string, string])[];
  readonly reason?: string;
}

const GONE = "0".repeat(40);

const CASES: readonly Case[] = [
  { file: "github/push.json", provider: "github", queued: [["refs/heads/master", SHAS.github]] },
  { file: "github/push-tag.json", provider: "github", queued: [["refs/tags/simple-tag", SHAS.github]] },
  { file: "github/push-annotated-tag.json", provider: "github", queued: [["refs/tags/v1.0.0", SHAS.github]] },
  { file: "github/push-deleted.json", provider: "github", queued: [["refs/tags/simple-tag", GONE]] },
  { file: "github/ping.json", provider: "github", event: "ping", reason: "event ping" },
  { file: "github/pull-request-closed.json", provider: "github", event: "pull_request", reason: "event pull_request" },
  { file: "gitlab/push.json", provider: "gitlab", queued: [["refs/heads/main", SHAS.gitlab]] },
  { file: "gitlab/tag-push-annotated.json", provider: "gitlab", queued: [["refs/tags/v1.0.0", SHAS.gitlab]] },
  { file: "gitlab/push-deleted.json", provider: "gitlab", queued: [["refs/heads/old", GONE]] },
  { file: "gitlab/tag-deleted.json", provider: "gitlab", queued: [["refs/tags/v1.0.0", GONE]] },
  { file: "gitlab/merge-request.json", provider: "gitlab", reason: "event merge_request" },
  { file: "bitbucket/push.json", provider: "bitbucket", queued: [["refs/heads/main", SHAS.bitbucket]] },
  {
    file: "bitbucket/push-several.json",
    provider: "bitbucket",
    queued: [
      ["refs/heads/main", SHAS.bitbucket],
      ["refs/heads/feature/cart", SHAS.bitbucketOld],
      ["refs/tags/v1.0.0", SHAS.bitbucket],
      ["refs/heads/old", GONE],
    ],
  },
  { file: "bitbucket/push-deleted.json", provider: "bitbucket", queued: [["refs/heads/old", GONE]] },
  {
    file: "bitbucket/pullrequest-fulfilled.json",
    provider: "bitbucket",
    event: "pullrequest:fulfilled",
    reason: "event pullrequest:fulfilled",
  },
  { file: "generic/push.json", provider: "generic", queued: [["refs/heads/main", SHAS.bitbucket]] },
  {
    file: "generic/push-several.json",
    provider: "generic",
    queued: [
      ["refs/heads/main", SHAS.bitbucket],
      ["refs/tags/v1", SHAS.bitbucketOld],
      ["refs/heads/old", GONE],
    ],
  },
];

describe("the function that accepts webhooks", () => {
  for (const { file, provider, event, queued = [], reason } of CASES) {
    it(`takes ${file} as ${reason ?? `${queued.length} work events`}`, async () => {
      const acceptor = createAcceptor();
      const body = fixture(file);

      const { statusCode, body: told } = await acceptor.accept(request(provider, SIGNED[provider](body, event), body));

      expect([statusCode, (JSON.parse(told) as { reason?: string }).reason]).to.deep.equal([
        reason ? 200 : 202,
        reason,
      ]);
      expect(acceptor.messages().map(({ ref, sha }) => [ref, sha])).to.deep.equal(queued);
    });
  }

  it("queues a standard work event, with nothing of the payload but ref and commit", async () => {
    const acceptor = createAcceptor();
    const body = fixture("github/push.json");

    await acceptor.accept(request("github", SIGNED.github(body), body));

    expect(acceptor.messages()).to.deep.equal([
      {
        type: "slipway.code-push.push",
        repository: "github.com/Codertocat/Hello-World",
        ref: "refs/heads/master",
        sha: SHAS.github,
        provider: "github",
        trigger: "webhook",
        delivery_id: "72d3162e-cc78-11e3-81ab-4c9367dc0958",
        correlation_id: "correlation-1",
        received_at: "2026-11-21T10:00:00.000Z",
      },
    ]);
    expect(acceptor.queue.messages[0]?.body).not.to.match(/https?:|git@/);
    expect(acceptor.counted).to.deep.equal([{ AcceptedWebhooks: 1 }]);
  });

  it("reads the form that GitHub sends unless it is told otherwise", async () => {
    const acceptor = createAcceptor();
    const body = Buffer.from(`payload=${encodeURIComponent(fixture("github/push.json").toString())}`);
    const headers = { ...SIGNED.github(body), "content-type": "application/x-www-form-urlencoded" };

    expect((await acceptor.accept(request("github", headers, body))).statusCode).to.equal(202);
    expect(acceptor.messages()).to.have.length(1);
  });

  const signedText = async (text: string) => {
    const [acceptor, body] = [createAcceptor(), Buffer.from(text)];
    const { statusCode } = await acceptor.accept(request("github", SIGNED.github(body), body));
    return { statusCode, queued: acceptor.queue.messages.length };
  };
  const push = (change: object): string =>
    JSON.stringify({ ...(JSON.parse(fixture("github/push.json").toString()) as object), ...change });

  it("answers 400 to what is signed and makes no sense", async () => {
    const unreadable = ["", "{", "[1,2", "\xff\xfe", "{}", push({ ref: 5 }), push({ after: "HEAD" })];
    const hostile = [push({ ref: "refs/heads/--upload-pack=x" }), push({ ref: "refs/heads/a\nb" })];

    for (const text of [...unreadable, ...hostile]) {
      expect(await signedText(text), text.slice(0, 60)).to.deep.equal({ statusCode: 400, queued: 0 });
    }
  });

  it("ignores what is signed and none of our business", async () => {
    const other = { full_name: "evil/other", html_url: "https://github.com/evil/other" };
    const elsewhere = { full_name: "Codertocat/Hello-World", html_url: "https://github.example.org/x" };

    for (const change of [{ repository: other }, { repository: elsewhere }, { ref: "refs/pull/1/head" }]) {
      expect(await signedText(push(change))).to.deep.equal({ statusCode: 200, queued: 0 });
    }
  });

  it("answers 404 for providers that are not served, whatever they are called", async () => {
    const { accept } = createAcceptor();

    for (const provider of ["gitea", "constructor", "__proto__", "", "GITHUB"]) {
      expect((await accept(request(provider, {}, Buffer.from("{}")))).statusCode, provider).to.equal(404);
    }
  });

  it("answers 413 before it looks at a body that is too large, encoded or not", async () => {
    const acceptor = createAcceptor();
    const body = Buffer.alloc(1024 * 1024 + 1, 32);
    const fits = Buffer.concat([Buffer.from("{}"), Buffer.alloc(1024 * 1024 - 2, 32)]);

    for (const encoded of [false, true]) {
      const large = await acceptor.accept(request("github", SIGNED.github(body), body, encoded));
      const small = await acceptor.accept(request("github", SIGNED.github(fits), fits, encoded));
      expect([large.statusCode, small.statusCode]).to.deep.equal([413, 400]);
    }
    expect(acceptor.reads()).to.equal(1);
  });

  it("answers 503 when the secret cannot be read, and tells no secret", async () => {
    const acceptor = createAcceptor({
      secrets: () => {
        throw new Error("no answer");
      },
    });
    const body = fixture("github/push.json");

    const { statusCode, body: told } = await acceptor.accept(request("github", SIGNED.github(body), body));

    expect([statusCode, told]).to.deep.equal([503, '{"status":"unavailable","correlation_id":"correlation-1"}']);
    expect(JSON.stringify(acceptor.lines)).not.to.include(hmac(body));
  });
});
