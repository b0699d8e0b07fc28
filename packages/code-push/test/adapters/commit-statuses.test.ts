import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { ProviderCommitStatuses } from "../../src/adapters/commit-statuses";
import type { Provider } from "../../src/contract";
import { parseRepository, type Repository } from "../../src/core/repositories";
import { FakeProviderApi } from "../support/provider-api";
import { createWorld, drain, pushOf, repository, SHOP } from "../support/world";

const TOKEN = "a-token-of-the-tests";
const SHA = "1".repeat(40);

describe("commit statuses", () => {
  const server = createServer();
  const api = new FakeProviderApi("");
  const statuses = new ProviderCommitStatuses({ apiToken: async () => TOKEN });
  let port: number;

  before(async () => {
    server.on("request", api.intercept);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    port = (server.address() as AddressInfo).port;
  });
  after(() => new Promise((resolve) => server.close(resolve)));
  beforeEach(() => {
    api.requests.length = 0;
    api.answer = () => ({ status: 201 });
  });

  const at = (provider: Provider, path: string): Repository =>
    parseRepository({
      id: `git.example.org/${path}`,
      provider,
      url: `http://127.0.0.1:${port}/${path}.git`,
      privateNetwork: true,
      credentialsSecretId: "s",
      commitStatus: true,
    });
  const shop = (provider: Provider = "github") => at(provider, "octo/shop");
  const tellAll = async (of: Repository): Promise<void> => {
    for (const [state, description] of [
      ["pending", "Being archived"],
      ["success", "Archived"],
      ["failure", "Not archived: over-cap"],
    ] as const) {
      expect(await statuses.tell(of, SHA, { state, description })).to.equal(undefined);
    }
  };
  const calls = () => api.requests.map(({ method, path, authorization }) => `${method} ${path} ${authorization}`);

  it("are posted to GitHub as it wants them", async () => {
    await tellAll(shop("github"));

    const call = `POST /api/v3/repos/octo/shop/statuses/${SHA} Bearer ${TOKEN}`;
    expect(calls()).to.deep.equal([call, call, call]);
    const context = "slipway/code-push";
    expect(api.requests.map(({ body }) => body)).to.deep.equal([
      { state: "pending", description: "Being archived", context },
      { state: "success", description: "Archived", context },
      { state: "failure", description: "Not archived: over-cap", context },
    ]);
  });

  it("are posted to GitLab as it wants them, a project in groups by its whole path", async () => {
    await tellAll(at("gitlab", "octo/tools/shop"));

    const call = `POST /api/v4/projects/octo%2Ftools%2Fshop/statuses/${SHA} Bearer ${TOKEN}`;
    expect(calls()).to.deep.equal([call, call, call]);
    const name = "slipway/code-push";
    expect(api.requests.map(({ body }) => body)).to.deep.equal([
      { state: "pending", description: "Being archived", name },
      { state: "success", description: "Archived", name },
      { state: "failed", description: "Not archived: over-cap", name },
    ]);
  });

  it("are posted to Bitbucket as it wants them", async () => {
    await tellAll(shop("bitbucket"));

    const call = `POST /2.0/repositories/octo/shop/commit/${SHA}/statuses/build Bearer ${TOKEN}`;
    expect(calls()).to.deep.equal([call, call, call]);
    const fixed = { key: "slipway/code-push", name: "slipway/code-push", url: "https://git.example.org/octo/shop" };
    expect(api.requests.map(({ body }) => body)).to.deep.equal([
      { ...fixed, state: "INPROGRESS", description: "Being archived" },
      { ...fixed, state: "SUCCESSFUL", description: "Archived" },
      { ...fixed, state: "FAILED", description: "Not archived: over-cap" },
    ]);
  });

  it("are posted nowhere for who has no API of its own, or does not want them", async () => {
    const state = { state: "success", description: "Archived" } as const;

    expect(await statuses.tell(shop("generic"), SHA, state)).to.equal(undefined);
    expect(await statuses.tell({ ...shop(), commitStatus: false }, SHA, state)).to.equal(undefined);
    expect(api.requests).to.deep.equal([]);
  });

  it("follow no redirect with the token, and say why they were not taken without saying the token", async () => {
    const state = { state: "success", description: "Archived" } as const;
    const answers = [];
    for (const status of [404, 302, 500]) {
      api.answer = () => ({ status, body: { message: TOKEN } });
      answers.push(await statuses.tell(shop(), SHA, state));
    }
    answers.push(await new ProviderCommitStatuses({ apiToken: async () => undefined }).tell(shop(), SHA, state));
    const failing = new ProviderCommitStatuses({ apiToken: () => Promise.reject(new Error("no such secret")) });
    answers.push(await failing.tell(shop(), SHA, state));

    expect(answers[0]).to.equal("git.example.org/octo/shop took no status: 404");
    expect(answers[2]).to.equal("git.example.org/octo/shop took no status: 500");
    expect(answers[3]).to.equal(`no token to tell git.example.org/octo/shop how ${SHA} fares`);
    expect(answers[4]).to.include("no such secret");
    expect(answers.every((each) => each !== undefined && !each.includes(TOKEN))).to.equal(true);
    expect(api.requests).to.have.length(3);
  });

  it("that no host takes, of whatever state, are in the log and fail no push", async () => {
    const world = createWorld({ maxReceives: 2, repositories: [repository({ commitStatus: true })] });
    const sha = world.git.push(SHOP, "refs/heads/main", { a: "1" });
    const gone = "f".repeat(40);
    const tell = async (_: Repository, of: string) =>
      of === sha ? "took no status: 500" : Promise.reject(new Error("x"));
    Object.assign(world, { statuses: { tell } });
    await world.queue.send([pushOf("refs/heads/main", sha), pushOf("refs/heads/main", gone)]);

    await drain(world);

    const told = world.lines.filter(({ message }) => message === "status not told").map(({ fields }) => fields);
    const of = (id: string): readonly unknown[] =>
      (told as { sha: string; state: string }[]).filter(({ sha: each }) => each === id).map(({ state }) => state);
    expect(of(sha)).to.deep.equal(["pending", "success"]);
    expect(of(gone)).to.deep.equal(["pending", "pending", "failure"]);
    expect(world.archives.objects.has(`${SHOP}/main/${sha}.zip`)).to.equal(true);
  });
});
