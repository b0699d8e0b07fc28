import { ManifestNotFoundError } from "@slipway/release-tracker/library";
import { expect } from "chai";
import { connection, SHOP } from "../support/push-world";
import { buildSucceeds, connection as sites, provisioned, requestOf, settle, shaOf } from "../support/site-world";
import { slipway } from "../support/slipway";
import { createTraceWorld, type TraceWorld } from "../support/trace-world";

type Json = Readonly<Record<string, unknown>>;

const trace = ({ pretended }: TraceWorld, ...words: string[]) => slipway(["trace", ...words], pretended);

async function answer(world: TraceWorld, ...words: string[]): Promise<Json> {
  const { stdout, stderr, exitCode } = await trace(world, ...words, "--json");
  expect(exitCode, stderr).to.equal(0);
  return JSON.parse(stdout) as Json;
}

/** Lines of the table, without their times. */
const lines = (text: string): readonly string[] =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => line.replace(/\d{4}-\d\d-\d\d \d\d:\d\d \([^)]*\)/, "").replace(/ {2,}/g, "  "));

describe("trace", () => {
  it("follows a commit from its push to what runs", async () => {
    const world = createTraceWorld();
    const sha = await world.pushed("A shop");
    await world.promoted(`builds/${sha}.zip`);
    await world.promoted("builds/another.zip");
    await world.built(1, sha);
    const release = await world.released("staging", "production");
    const { stdout, exitCode } = await trace(world, sha.slice(0, 7));

    expect(exitCode).to.equal(0);
    expect(lines(stdout)).to.deep.equal([
      `commit ${sha}: A shop (Ada)`,
      "STEP  WHERE  WHEN  WHAT",
      `pushed  ${SHOP} main  git.example.org/octo/shop/main/${sha}.zip`,
      `promoted  integration -> staging  builds/${sha}.zip`,
      `built  api  api:v1@sha256:000000000000 (latest)`,
      `released  ${release}  api: with it`,
      `deployed  staging  deploy of ${release} succeeded, by ada`,
      `deployed  production  deploy of ${release} succeeded, by ada`,
      "runs  staging  now  api",
      "runs  production  now  api",
    ]);
  });

  it("says the same as JSON", async () => {
    const world = createTraceWorld();
    const sha = await world.pushed("A shop");
    await world.promoted(`builds/${sha}.zip`);
    await world.built(1, sha);
    const release = await world.released("staging");
    const found = await answer(world, sha.toUpperCase());

    expect(found).to.include({ schema: "slipway.trace.v1", commit: sha });
    expect(found["pushes"]).to.have.nested.property("[0].repository", SHOP);
    expect(found["promotions"]).to.have.nested.property("[0].promotions[0].key", `builds/${sha}.zip`);
    expect(found["images"]).to.have.nested.property("[0].latest", true);
    expect(found["releases"]).to.have.nested.property("[0].release_id", release);
    const environments = found["environments"] as Json[];
    expect(environments.map(({ environment, running }) => [environment, running])).to.deep.equal([
      ["staging", ["api"]],
      ["production", []],
    ]);
    expect(environments.map(({ deployments }) => (deployments as Json[]).length)).to.deep.equal([1, 0]);
  });

  it("tells of sites that built it, and whether it is what they show", async () => {
    const world = createTraceWorld();
    world.stacks["tools"] = { staticSites: { value: sites, secret: false } };
    await provisioned(world.sites);
    await provisioned(world.sites, "blog");
    for (const n of [1, 2]) {
      world.sites.queues.executor.push(JSON.stringify(requestOf(n)));
      await settle(world.sites);
      await buildSucceeds(world.sites, n);
    }
    const address = world.sites.pipelines.rows.get("shop")?.resources.record_name ?? "";
    const about = async (n: number) =>
      lines((await trace(world, shaOf(n))).stdout).filter((line) => /shop|blog/.test(line));

    expect(await about(1)).to.deep.equal(["site  shop  github 1 deployed, by ada", "live  shop  now  not live"]);
    expect(await about(2)).to.deep.equal(["site  shop  github 2 deployed, by ada", `live  shop  now  ${address}`]);
    const found = (await answer(world, shaOf(2)))["sites"];
    expect(found).to.have.nested.property("[0].builds[0].state", "deployed");
    expect(found).to.have.length(1).and.have.nested.property("[0].is_live", true);

    world.stacks["tools"] = {};
    world.stacks["sites"] = { staticSites: { value: sites, secret: false } };
    expect((await trace(world, shaOf(2))).exitCode).to.equal(5);
    expect((await answer(world, shaOf(2), "--site-stack", "sites"))["sites"]).to.have.length(1);
    expect((await trace(world, shaOf(2), "--site-stack", "tools")).stderr).to.include(
      "output staticSites of stack tools",
    );
  });

  it("says plainly what has not become of it", async () => {
    const world = createTraceWorld();
    const sha = await world.pushed("Not yet");
    await world.built(1, "b".repeat(40));
    await world.released("staging");
    const { stdout } = await trace(world, sha);

    expect(lines(stdout).slice(3)).to.deep.equal([
      "promoted  integration -> staging  not promoted",
      "built  not built: no image names it",
      "released  not released",
      "deployed  staging  not deployed",
      "deployed  production  not deployed",
      "runs  staging  now  not running",
      "runs  production  now  not running",
    ]);
  });

  it("tells what was deployed from what runs now", async () => {
    const world = createTraceWorld();
    const [first, second] = [await world.pushed("One"), await world.pushed("Two")];
    await world.built(1, first);
    await world.released("staging");
    await world.built(2, second);
    await world.released("staging");

    const runs = async (sha: string) => lines((await trace(world, sha)).stdout).filter((line) => /staging/.test(line));
    expect((await runs(first)).at(-1)).to.equal("runs  staging  now  not running");
    expect((await runs(first)).filter((line) => line.startsWith("deployed"))).to.have.length(1);
    expect((await runs(second)).at(-1)).to.equal("runs  staging  now  api");
  });

  it("finds an image by a tag that names the commit in short", async () => {
    const world = createTraceWorld();
    const uri = "000000000000.dkr.ecr.eu-west-2.amazonaws.com/api:sha-4daea14f9c2e";
    world.tracker.memory.registry.push(uri, { digest: `sha256:${"1".repeat(64)}` });
    await world.tracker.client.publishImage({ service: "api", uri });

    expect(await answer(world, "4daea14")).to.include({ commit: "4daea14" });
    expect((await answer(world, `4daea14f9c2e${"0".repeat(28)}`))["images"]).to.have.length(1);
    expect((await trace(world, "4daea15")).exitCode).to.equal(5);
  });

  it("exits with 5 and one line for a commit that nothing knows", async () => {
    const world = createTraceWorld();
    await world.pushed("Another one");
    const { stdout, stderr, exitCode } = await trace(world, "abcdef0123", "--quiet");

    expect(exitCode).to.equal(5);
    expect(stdout).to.equal("");
    expect(stderr.trimEnd().split("\n")).to.have.length(1);
    expect(stderr).to.include("nothing is known of commit abcdef0123: not pushed, promoted, built or released");
  });

  it("names all commits that a beginning may mean", async () => {
    const world = createTraceWorld();
    const [one, two] = [`abcdef0${"1".repeat(33)}`, `abcdef0${"2".repeat(33)}`];
    await world.promoted(`builds/${one}.zip`);
    await world.built(1, two);
    const { stderr, exitCode } = await trace(world, "abcdef0");

    expect(exitCode).to.equal(2);
    expect(stderr).to.include(`[sha] abcdef0 is the beginning of ${one} and ${two}`);
    expect(await answer(world, "abcdef01")).to.include({ commit: one });
  });

  for (const wrong of ["abc", "not-a-commit", "a".repeat(65)]) {
    it(`refuses ${wrong}`, async () => {
      const { stderr, exitCode } = await trace(createTraceWorld(), wrong);

      expect(exitCode).to.equal(2);
      expect(stderr).to.include("[sha]");
    });
  }

  it("goes on where a part of the project is not there, and says so", async () => {
    const world = createTraceWorld();
    world.stacks["tools"] = {};
    delete world.stacks["staging"];
    const sha = "c".repeat(40);
    await world.built(1, sha);
    const { stdout, exitCode } = await trace(world, sha);

    expect(exitCode).to.equal(0);
    expect(stdout).to.include("it is not known: output codePush of stack tools is not there");
    expect(stdout).to.not.include("promoted");
    expect(stdout).to.include("not released");
    expect((await trace(world, "d".repeat(40))).stderr)
      .to.include("nothing is known")
      .and.include("output codePush");
  });

  it("tells of pushes where there is no manifest, hence no release", async () => {
    const world = createTraceWorld();
    const sha = await world.pushed("A shop");
    const findProject = (): never => {
      throw new ManifestNotFoundError("/here", [".slipway_project"]);
    };
    const bare = { ...world, pretended: { ...world.pretended, tracker: { ...world.pretended.tracker, findProject } } };
    const { stdout, exitCode } = await trace(bare, sha);

    const missing = "it is not known: no project manifest in /here or above it";
    expect(exitCode).to.equal(0);
    expect(lines(stdout).slice(2)).to.deep.equal([
      `pushed  ${SHOP} main  git.example.org/octo/shop/main/${sha}.zip`,
      ...["promoted", "built", "released"].map((step) => `${step}  ${missing}`),
    ]);
    expect(await answer(bare, sha)).to.deep.include({ notices: ["no project manifest in /here or above it"] });
  });

  it("takes the code push of another stack", async () => {
    const world = createTraceWorld();
    const sha = await world.pushed("Elsewhere");
    world.stacks["tools"] = {};
    world.stacks["source"] = { codePush: { value: connection, secret: false } };

    expect((await answer(world, sha, "--push-stack", "source"))["pushes"]).to.have.length(1);
  });
});
