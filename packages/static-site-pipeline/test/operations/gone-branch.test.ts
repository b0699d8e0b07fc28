import { expect } from "chai";
import { MESSAGES } from "../../src/contract";
import { createExecutePipeline } from "../../src/handlers/execute-pipeline";
import {
  buildSucceeds,
  createWorld,
  provisioned,
  requestOf,
  SETTINGS,
  settle,
  statusOf,
  type World,
} from "../support/sites-world";

const BRANCH = "feature/x";
const push = (n: number) => requestOf(n, { branch: BRANCH });

async function withPreviews(): Promise<World> {
  const world = createWorld();
  await provisioned(world, "shop", { ...SETTINGS, preview_branches: ["feature/*"] });
  return world;
}

/** The executor gets it, and everybody does what comes of it. */
async function take(world: World, message: object): Promise<void> {
  const Records = [{ messageId: "m", body: JSON.stringify(message), attributes: {} }];
  expect(await createExecutePipeline(world)({ Records })).to.deep.equal({ batchItemFailures: [] });
  await settle(world);
}

/** The branch was deleted after push `n` and before the one that comes next. */
const deletion = (n: number) => {
  const { requested_at, site_id, correlation_id } = push(n);
  const gone_at = requested_at.replace(".000Z", ".500Z");
  return { type: MESSAGES.branchGone, site_id, correlation_id, branch: BRANCH, gone_at };
};

const preview = (world: World) => world.deployer.live.get(`shop@${BRANCH}`)?.commit;
const states = async (world: World) =>
  (await world.pipelines.builds("shop", 9)).map(({ number, state }) => [number, state]);

describe("a branch that is deleted", () => {
  it("takes its preview along, once, and nothing is left to do", async () => {
    const world = await withPreviews();
    await take(world, push(1));
    await buildSucceeds(world, 1);
    expect(preview(world)).to.equal(push(1).commit);

    for (let delivery = 0; delivery < 2; delivery += 1) await take(world, deletion(1));

    expect(preview(world)).to.equal(undefined);
    expect(world.pipelines.rows.get("shop")?.gone).to.deep.equal([]);
    expect(statusOf(world)).to.equal("Deployed");
  });

  it("while its preview is being built has nothing go live, and leaves nothing", async () => {
    const world = await withPreviews();
    await take(world, push(1));
    await take(world, deletion(1));
    await buildSucceeds(world, 1);

    expect([preview(world), world.pipelines.rows.get("shop")?.gone]).to.deep.equal([undefined, []]);
    expect(await states(world)).to.deep.equal([[1, "superseded"]]);
  });

  it("while its preview waits drops that", async () => {
    const world = await withPreviews();
    await take(world, requestOf(1));
    await take(world, push(2));
    await take(world, deletion(2));
    await buildSucceeds(world, 1);

    expect(world.builder.started).to.have.length(1);
    expect(await states(world)).to.deep.equal([
      [2, "superseded"],
      [1, "deployed"],
    ]);
  });

  it("and pushed again has a preview again, whatever order that is told in", async () => {
    for (const messages of [
      [push(1), deletion(1), push(2)],
      [push(1), push(2), deletion(1)],
      [deletion(1), push(2), push(1)],
      [push(2), deletion(1), push(1)],
    ]) {
      const world = await withPreviews();
      for (const message of messages) await take(world, message);
      for (let n = 1; n <= 3; n += 1) if (statusOf(world) === "Queued") await buildSucceeds(world, n);

      expect(preview(world)).to.equal(push(2).commit);
    }
  });

  it("keeps its preview until it can be removed", async () => {
    const world = await withPreviews();
    await take(world, push(1));
    await buildSucceeds(world, 1);
    const remove = world.deployer.removePreview.bind(world.deployer);
    world.deployer.removePreview = () => Promise.reject(new Error("down"));
    await take(world, deletion(1));
    expect(world.pipelines.rows.get("shop")?.gone).to.have.length(1);

    world.deployer.removePreview = remove;
    await take(world, { type: MESSAGES.look, site_id: "shop", correlation_id: "c" });
    expect([preview(world), world.pipelines.rows.get("shop")?.gone]).to.deep.equal([undefined, []]);
  });

  it("stays without a preview when an older push comes late", async () => {
    const world = await withPreviews();
    await take(world, deletion(1));
    await take(world, push(1));

    expect([statusOf(world), world.builder.started]).to.deep.equal(["Ready for Deployment", []]);
  });

  it("of a site that is removed is nobody's", async () => {
    await take(createWorld(), deletion(1));
  });

  it("is told of by code push, to the sites that it feeds, and to no other", async () => {
    const world = createWorld();
    const source = { kind: "code-push", repository: "github.com/octo/shop", branch: "main" } as const;
    const settings = { name: "Shop", source, preview_branches: ["feature/*"] };
    await provisioned(world, "shop", settings);
    await provisioned(world, "other", { ...settings, source: { ...source, code_push: "other" } });
    await provisioned(world, "apps", { ...SETTINGS, preview_branches: ["feature/*"] });
    const archive = { kind: "zip", bucket: "sources", key: "k" } as const;
    const { requested_at } = push(1);
    await take(world, { ...push(1), trigger: "code-push", archive });
    await buildSucceeds(world, 1);
    expect(preview(world)).to.equal(push(1).commit);
    const removed = (ref: string, removed_at = deletion(1).gone_at) => ({
      "detail-type": "Source Removed",
      detail: { code_push: "demo", repository: "github.com/Octo/Shop", ref, removed_at, correlation_id: "c" },
    });

    await take(world, removed(`refs/tags/${BRANCH}`));
    await take(world, removed("refs/heads/main"));
    await take(world, removed(`refs/heads/${BRANCH}`, new Date(Date.parse(requested_at) - 1000).toISOString()));
    expect(preview(world)).to.equal(push(1).commit);
    await take(world, removed(`refs/heads/${BRANCH}`));

    expect(preview(world)).to.equal(undefined);
    expect(["other", "apps"].map((each) => world.pipelines.rows.get(each)?.gone)).to.deep.equal([undefined, undefined]);
  });
});
