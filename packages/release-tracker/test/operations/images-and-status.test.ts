import { rejectionOf } from "@slipway/testing";
import { expect } from "chai";
import { InvalidInputError, SlipwayError } from "@slipway/core";
import { createTrackerClient } from "../../src/library-memory";
import { digest, ecr } from "../fixtures";
import { createWorld } from "../world";

class Unreachable extends SlipwayError {
  override readonly name = "Unreachable";
  readonly code = "unreachable";
}

describe("publishImage", () => {
  it("puts the image with who published it, and its event", async () => {
    const world = createWorld();

    const published = await world.client.publishImage({ service: "cart", uri: ecr("cart", "1"), userId: "build-7" });

    expect(published).to.deep.equal({
      parameter: "/shop/images/latest/cart",
      uri: ecr("cart", "1"),
      previous: undefined,
      written: true,
    });
    expect((await world.client.listImages())[0]).to.deep.include({
      service: "cart",
      publishedBy: "build-7",
      version: 1,
    });
    expect(world.memory.events.published[0]?.detail).to.deep.include({ project_id: "shop", published_by: "build-7" });
  });

  it("writes nothing in a dry run or when nothing changes", async () => {
    const world = createWorld();
    const image = { service: "cart", uri: ecr("cart", "1") };

    expect((await world.client.publishImage({ ...image, dryRun: true })).written).to.equal(false);
    expect(await world.client.listImages()).to.deep.equal([]);
    await world.client.publishImage(image);
    expect((await world.client.publishImage(image)).written).to.equal(false);
    expect((await world.client.listImages())[0]?.version).to.equal(1);
  });

  it("refuses what is no image, service or label, naming the field", async () => {
    const { client } = createWorld();
    const inputs = [
      { service: "cart", uri: "not an image" },
      { service: "a/b", uri: "x:1" },
      { service: "cart", uri: "x:1", label: "a/b" },
    ];

    const errors = await Promise.all(inputs.map((input) => rejectionOf(client.publishImage(input))));

    expect(errors.every((error) => error instanceof InvalidInputError)).to.equal(true);
    expect(errors.map((error) => (error as InvalidInputError).field)).to.deep.equal(["uri", "service", "label"]);
  });
});

describe("describeImages", () => {
  it("tells the commit by the annotations, or else by the tag, and nothing of what is not there", async () => {
    const { memory, client } = createWorld();
    const [annotated, tagged, unknown] = [
      ecr("cart", "7"),
      ecr("till", "sha-4daea14f9c2e"),
      "docker.io/library/till:1",
    ];
    memory.registry.push(annotated, { digest: digest(1), commit: "a".repeat(40), message: "A cart" });

    const origins = await client.describeImages({ uris: [annotated, tagged, unknown] });

    expect(origins.map(({ uri, digest: found, commit, message }) => [uri, found, commit, message])).to.deep.equal([
      [annotated, digest(1), "a".repeat(40), "A cart"],
      [tagged, undefined, "4daea14f9c2e", undefined],
      [unknown, undefined, undefined, undefined],
    ]);
  });
});

describe("statusMatrix", () => {
  it("R7 shows for each environment what was released, labelled and runs, and where they differ", async () => {
    const world = createWorld();
    const releaseId = await world.release(1);
    await world.client.deployRelease({ releaseId, environmentId: "stage" });
    const stray = `${ecr("cart", "9")}@${digest(9)}`;
    world.memory.stacks.drift("stage", "cart", stray);
    await world.memory.labels.put("stage", "till", stray, "somebody");

    const [stage, prod] = await world.client.statusMatrix();

    expect(stage?.services.map(({ service, drift }) => [service, drift])).to.deep.equal([
      ["basket", []],
      ["cart", ["running"]],
      ["till", ["label"]],
    ]);
    expect(stage?.released?.release_id).to.equal(releaseId);
    expect(prod?.services).to.deep.equal([]);
    expect((await world.client.confirmDeployment({ environmentId: "stage" })).confirmed).to.equal(false);
  });

  it("shows the rest when what runs cannot be seen", async () => {
    const world = createWorld();
    await world.client.deployRelease({ releaseId: await world.release(1), environmentId: "stage" });
    const stacks = Object.create(world.memory.stacks, {
      current: { value: () => Promise.reject(new Unreachable("no backend")) },
    }) as typeof world.memory.stacks;

    const [stage] = await createTrackerClient({ ...world.memory, stacks }).statusMatrix({ environmentId: "stage" });

    expect(stage?.notice).to.include("no backend");
    expect(stage?.services).to.have.length(3);
  });

  it("says who is deploying and who pinned", async () => {
    const world = createWorld();
    const releaseId = await world.release(1);
    await world.client.pinEnvironment({ environmentId: "prod", reason: "sale" });
    let during: unknown;
    await world.client.deployRelease({
      releaseId,
      environmentId: "stage",
      onProgress: (progress) => {
        if (progress.kind === "labels") during = world.client.statusMatrix({ environmentId: "stage" });
      },
    });

    expect(await during).to.have.nested.property("[0].deploying.holder", "ada");
    expect((await world.client.statusMatrix())[1]?.pin?.reason).to.equal("sale");
    expect((await world.client.statusMatrix())[0]?.deploying).to.equal(undefined);
  });
});

describe("lists", () => {
  it("shows the latest releases and deployments first, as many as asked for", async () => {
    const world = createWorld();
    const ids = [await world.release(1), await world.release(2), await world.release(3)];

    expect((await world.client.listReleases({ limit: 2 })).map(({ release_id }) => release_id)).to.deep.equal(
      ids.slice(1).reverse(),
    );
    expect((await world.client.showRelease({ releaseId: "latest" })).release_id).to.equal(ids[2]);
    expect(await rejectionOf(world.client.listReleases({ limit: 0 }))).to.be.instanceOf(InvalidInputError);
  });

  it("compares two releases", async () => {
    const world = createWorld();
    const [from, to] = [await world.release(1), await world.release(2)];

    const changes = await world.client.diffReleases({ from, to });

    expect(changes.map(({ service, change }) => `${service} ${change}`)).to.deep.equal([
      "basket changed",
      "cart changed",
      "till changed",
    ]);
  });
});
