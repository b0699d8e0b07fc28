import { expect } from "chai";
import { slipway } from "../support/slipway";
import { createTrackerWorld, image, type TrackerWorld } from "../support/tracker-world";

const json = (text: string): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>;

/** A world with a release of version 1 in staging and a release of version 2. */
async function furnished(): Promise<TrackerWorld & { readonly first: string; readonly second: string }> {
  const world = createTrackerWorld();
  await world.publish(1);
  const first = (await world.client.prepareRelease({ description: "one" })).release.release_id;
  await world.client.deployRelease({ releaseId: first, environmentId: "staging" });
  await world.publish(2);
  const second = (await world.client.prepareRelease({ description: "two" })).release.release_id;
  return { ...world, first, second };
}

describe("release commands", () => {
  it("publish, prepare, deploy, confirm and show, from nothing to a release that runs", async () => {
    const world = createTrackerWorld();
    world.memory.registry.push(image("api", 1), { digest: `sha256:${"1".repeat(64)}` });
    const go = (...words: string[]) => slipway([...words, "--json"], world.pretended);

    const published = await go("images", "publish", "api", image("api", 1));
    const prepared = await go("release", "prepare", "--description", "first");
    const deployed = await go("release", "deploy", "latest", "-e", "staging", "--yes");
    const confirmed = await go("release", "confirm", "-e", "staging");
    const status = await go("status");

    const outcomes = [published, prepared, deployed, confirmed, status];
    expect(outcomes.map(({ exitCode }) => exitCode)).to.deep.equal([0, 0, 0, 0, 0]);
    expect(json(published.stdout)).to.include({ parameter: "/shop/images/latest/api", written: true });
    expect(json(deployed.stdout)).to.include({ schema: "slipway.deployment.v1", outcome: "succeeded" });
    expect(json(confirmed.stdout)).to.include({ confirmed: true });
  });

  it("show prints exactly the JSON form of a release, and an envelope only with --json", async () => {
    const { pretended, client, first } = await furnished();
    const document = await client.showRelease({ releaseId: first });

    const plain = await slipway(["release", "show", first], pretended);
    const enveloped = await slipway(["release", "show", first, "--json"], pretended);

    expect(plain.stdout).to.equal(`${JSON.stringify(document, undefined, 2)}\n`);
    expect(json(enveloped.stdout)).to.deep.equal({ schema: "slipway.release.v1", release: document });
  });

  it("refuses with exit code 6 and the reason: order, pin, rejection; also in a dry run", async () => {
    const { pretended, client, first, second } = await furnished();
    const deploy = (release: string, where: string, ...more: string[]) =>
      slipway(["release", "deploy", release, "-e", where, "--yes", ...more], pretended);

    const order = await deploy(second, "production");
    const dryOrder = await deploy(second, "production", "--dry-run");
    await client.pinEnvironment({ environmentId: "staging", reason: "audit" });
    const pinned = await deploy(second, "staging");
    await client.rejectRelease({ releaseId: first, reason: "leaks" });
    const rejected = await deploy(first, "production");

    expect([order, dryOrder, pinned, rejected].map(({ exitCode }) => exitCode)).to.deep.equal([6, 6, 6, 6]);
    expect(order.stdout).to.include("production needs a successful deployment of release");
    expect(pinned.stdout).to.include("staging is pinned by ada: audit");
    expect(rejected.stdout).to.include("was rejected by ada: leaks");
  });

  it("says that a deployment failed and why, with exit code 1", async () => {
    const { pretended, memory, second } = await furnished();
    memory.stacks.broken = "no capacity";
    const { exitCode, stdout } = await slipway(
      ["release", "deploy", second, "-e", "staging", "--yes", "--json"],
      pretended,
    );
    const result = json(stdout);
    expect(exitCode).to.be.oneOf([1, 7]);
    expect(result["outcome"]).to.be.oneOf(["failed", "needs-attention"]);
    expect(result["reason"]).to.include("no capacity");
  });

  it("exits with 130 for a deployment that Ctrl-C ended, and the environment is as it was", async () => {
    const { pretended, memory, client, first, second } = await furnished();
    const interruption = new AbortController();
    const update = memory.stacks.up.bind(memory.stacks);
    memory.stacks.up = async (...args) => {
      if (!interruption.signal.aborted) interruption.abort();
      return update(...args);
    };
    const { exitCode } = await slipway(["release", "deploy", second, "-e", "staging", "--yes"], {
      ...pretended,
      signal: interruption.signal,
    });
    const [latest] = await client.deploymentHistory({ environmentId: "staging" });
    const labels = await client.listImages({ label: "staging" });
    const released = await client.showRelease({ releaseId: first });
    expect(exitCode).to.equal(130);
    expect(latest).to.include({ release_id: second, status: "failed" });
    expect(Object.fromEntries(labels.map(({ service, uri }) => [service, uri]))).to.deep.equal(released.images);
  });

  it("asks on a terminal, shows the images first, and writes nothing after a no", async () => {
    const world = await furnished();
    const before = await world.stored();
    const { stderr, exitCode } = await slipway(["release", "deploy", world.second, "-e", "staging"], {
      ...world.pretended,
      typed: "n",
    });
    expect(stderr).to.include("api:v1@sha256:").and.include("Go ahead with");
    expect(exitCode).to.equal(6);
    expect(await world.stored()).to.equal(before);
  });

  it("deploys after a yes on a terminal", async () => {
    const { pretended, second } = await furnished();
    const { exitCode } = await slipway(["release", "deploy", second, "-e", "staging"], { ...pretended, typed: "y" });
    expect(exitCode).to.equal(0);
  });

  it("never asks without a terminal: names the flag, exits with 2, writes nothing", async () => {
    const world = await furnished();
    const before = await world.stored();
    const { stderr, exitCode } = await slipway(["release", "deploy", world.second, "-e", "staging"], world.pretended);
    expect(stderr.trimEnd().split("\n").at(-1)).to.match(/to mend it: pass --yes$/);
    expect(exitCode).to.equal(2);
    expect(await world.stored()).to.equal(before);
  });

  it("rolls back, pins, and unpins", async () => {
    const { pretended, client, second } = await furnished();
    await client.deployRelease({ releaseId: second, environmentId: "staging" });
    const rollback = await slipway(
      ["release", "rollback", "-e", "staging", "--reason", "bad", "--yes", "--json"],
      pretended,
    );
    const held = await slipway(["release", "deploy", second, "-e", "staging", "--yes"], pretended);
    const unpinned = await slipway(["release", "unpin", "-e", "staging"], pretended);
    expect([rollback.exitCode, held.exitCode, unpinned.exitCode]).to.deep.equal([0, 6, 0]);
    expect(json(rollback.stdout)).to.include({ kind: "rollback", outcome: "succeeded" });
    expect(unpinned.stdout).to.include("staging is unpinned (it was held: bad)");
  });

  it("reports drift in the matrix with exit code 7", async () => {
    const { pretended, client } = await furnished();
    await client.publishImage({ service: "api", uri: image("api", 2), label: "staging" });
    const { stdout, exitCode } = await slipway(["status"], pretended);
    expect(stdout).to.include("drift: label");
    expect(exitCode).to.equal(7);
  });

  it("exits with 5 for what does not exist", async () => {
    const { pretended } = await furnished();
    const lines = [
      ["release", "show", "11111111-1111-4111-8111-111111111111"],
      ["release", "history", "-e", "nowhere"],
      ["release", "prepare", "--from-label", "nothing"],
      ["release", "confirm", "-e", "production"],
    ];
    for (const line of lines) {
      const { exitCode, stderr } = await slipway([...line, "--quiet"], pretended);
      expect(exitCode, line.join(" ")).to.equal(5);
      expect(stderr.trimEnd().split("\n")).to.have.length(1);
    }
  });

  it("pairs --service with --service-source and refuses an odd one", async () => {
    const world = await furnished();
    await world.client.publishImage({ service: "api", uri: image("api", 1), label: "hotfix" });
    const paired = await slipway(
      ["release", "prepare", "--service", "api", "--service-source", "hotfix", "--json"],
      world.pretended,
    );
    const odd = await slipway(["release", "prepare", "--service", "api"], world.pretended);
    expect(json(paired.stdout)).to.have.nested.property("release.images.api").that.includes(image("api", 1));
    expect(odd.exitCode).to.equal(2);
  });
});

describe("--dry-run", () => {
  const release = "latest";
  const mutations: readonly (readonly string[])[] = [
    ["images", "publish", "api", image("api", 1)],
    ["release", "prepare"],
    ["release", "update", release, "--service", "api"],
    ["release", "deploy", release, "-e", "staging"],
    ["release", "rollback", "-e", "staging", "--reason", "x"],
    ["release", "reject", "RELEASE", "--reason", "x"],
    ["release", "pin", "-e", "staging", "--reason", "x"],
    ["release", "unpin", "-e", "staging"],
    ["release", "recover", "-e", "staging"],
  ];

  for (const line of mutations) {
    it(`of ${line.slice(0, 2).join(" ")} writes nothing, and says what it is in JSON`, async () => {
      const world = await furnished();
      await world.client.deployRelease({ releaseId: world.second, environmentId: "staging" });
      const words = line.map((word) => (word === "RELEASE" ? world.first : word));
      const before = await world.stored();

      const { stdout, stderr, exitCode } = await slipway([...words, "--dry-run", "--json"], world.pretended);

      expect(exitCode, stderr).to.equal(0);
      expect(json(stdout)).to.have.property("dry_run", true);
      expect(await world.stored()).to.equal(before);
    });

    it(`of ${line.slice(0, 2).join(" ")} is what keeps it from writing`, async () => {
      const world = await furnished();
      await world.client.deployRelease({ releaseId: world.second, environmentId: "staging" });
      if (line[1] === "unpin") await world.client.pinEnvironment({ environmentId: "staging", reason: "x" });
      const words = line.map((word) => (word === "RELEASE" ? world.first : word));
      const before = await world.stored();

      await slipway([...words, "--yes"], world.pretended);

      expect(await world.stored()).to.not.equal(before);
    });
  }
});

describe("JSON documents", () => {
  const reads: readonly (readonly [line: string, schema: string, key: string])[] = [
    ["images list", "slipway.images.v1", "images"],
    ["release list", "slipway.releases.v1", "releases"],
    ["release show", "slipway.release.v1", "release"],
    ["release diff latest latest", "slipway.release-diff.v1", "changes"],
    ["release history -e staging", "slipway.deployments.v1", "deployments"],
    ["status", "slipway.status.v1", "environments"],
  ];
  for (const [line, schema, key] of reads) {
    it(`of ${line} is one line with its schema first`, async () => {
      const { pretended } = await furnished();
      const { stdout } = await slipway([...line.split(" "), "--json"], pretended);
      expect(stdout.split("\n")).to.have.length(2);
      expect(Object.keys(json(stdout))[0]).to.equal("schema");
      expect(json(stdout)).to.have.property("schema", schema);
      expect(json(stdout)).to.have.property(key);
    });
  }
});
