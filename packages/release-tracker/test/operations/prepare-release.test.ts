import { crashSweep, rejectionOf, seededIt } from "@slipway/testing";
import { expect } from "chai";
import fc from "fast-check";
import { MemoryImageLabels } from "../../src/adapters/memory-images";
import { ServiceNotFoundError, SnapshotUnstableError } from "../../src/core/errors";
import type { ImageLabels } from "../../src/core/ports";
import { readSnapshot } from "../../src/core/snapshot";
import { createTrackerClient } from "../../src/library-memory";
import { digest, ecr, tickingClock } from "../fixtures";
import { createWorld, PORTS, SERVICES } from "../world";

const PAGE = 10;
const NAMES = Array.from({ length: 35 }, (_, n) => `service-${String(n).padStart(2, "0")}`);

/**
 * Labels read page by page while somebody else writes as the schedule says: so many writes before each request.
 * `states` is every state that the labels ever were in.
 */
async function labelsWithWriter(schedule: readonly number[]) {
  const store = new MemoryImageLabels("shop", tickingClock());
  for (const name of NAMES) await store.put("latest", name, "example.com/x:v0", "w");
  const state = new Map(NAMES.map((name) => [name, "example.com/x:v0"]));
  const states = [serialise(state)];
  let writes = 0;
  let turn = 0;
  const write = async () => {
    for (let left = schedule[turn] ?? 0; left > 0; left -= 1, writes += 1) {
      const name = NAMES[writes % NAMES.length] ?? "";
      const uri = `example.com/x:v${1 + Math.floor(writes / NAMES.length)}`;
      await store.put("latest", name, uri, "w");
      state.set(name, uri);
      states.push(serialise(state));
    }
    turn += 1;
  };
  const labels: ImageLabels = {
    list: async (label) => {
      await write();
      return store.list(label);
    },
    describe: async (label, services) => {
      await write();
      return store.describe(label, services);
    },
    read: async (label, services) => {
      const values = [];
      for (let n = 0; n < services.length; n += PAGE) {
        await write();
        values.push(...(await store.read(label, services.slice(n, n + PAGE))));
      }
      return values;
    },
    put: (...args) => store.put(...args),
    remove: (...args) => store.remove(...args),
  };
  return { labels, states };
}

const serialise = (state: ReadonlyMap<string, string>): string => JSON.stringify([...state].sort());

const serialiseImages = (images: readonly { readonly service: string; readonly uri: string }[]): string =>
  serialise(new Map(images.map(({ service, uri }) => [service, uri])));

/** The guard removed: values read in one pass. */
async function singlePass(labels: ImageLabels) {
  const names = (await labels.list("latest")).map(({ service }) => service);
  return labels.read("latest", names);
}

describe("readSnapshot", () => {
  const schedules = fc.array(fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 40 })), {
    maxLength: 25,
  });

  seededIt("R2 is a state that the labels were in, or a clear refusal, while a publisher writes", async (seed) => {
    let read = 0;
    const check = async (schedule: readonly number[], known: boolean) => {
      const { labels, states } = await labelsWithWriter(schedule);
      const services = known ? NAMES : undefined;
      const snapshot = await readSnapshot(labels, "shop", "latest", services).catch((error: unknown) => error);
      if (snapshot instanceof SnapshotUnstableError) return;
      if (!Array.isArray(snapshot)) throw snapshot;
      read += 1;
      expect(states).to.include(serialiseImages(snapshot));
    };
    await fc.assert(fc.asyncProperty(schedules, fc.boolean(), check), { seed, numRuns: 500 });
    expect(read, "snapshots that were not refused").to.be.greaterThan(100);
  }).timeout(60_000);

  seededIt("R2 would mix releases if it read in a single pass", async (seed) => {
    const check = async (schedule: readonly number[]) => {
      const { labels, states } = await labelsWithWriter(schedule);
      return states.includes(serialiseImages(await singlePass(labels)));
    };
    const details = await fc.check(fc.asyncProperty(schedules, check), { seed, numRuns: 200 });

    expect(details.failed).to.equal(true);
  });

  it("gives up with a clear refusal when it keeps changing", async () => {
    const store = new MemoryImageLabels("shop", tickingClock());
    await store.put("latest", "cart", "example.com/x:1", "w");
    const restless: ImageLabels = {
      list: (label) => store.list(label),
      describe: (label, services) => store.describe(label, services),
      read: async (label, services) => {
        await store.put(label, "cart", "example.com/x:2", "w");
        return store.read(label, services);
      },
      put: (...args) => store.put(...args),
      remove: (...args) => store.remove(...args),
    };

    const error = await rejectionOf(readSnapshot(restless, "shop", "latest"));

    expect(error).to.be.instanceOf(SnapshotUnstableError).with.property("retryable", true);
    expect(String(error)).to.include("cart");
  });

  it("reads the services that the project names and no others, and misses none", async () => {
    const store = new MemoryImageLabels("shop", tickingClock());
    for (const service of ["cart", "till", "stray"]) await store.put("latest", service, "example.com/x:1", "w");

    const named = await readSnapshot(store, "shop", "latest", ["cart", "till"]);
    const error = await rejectionOf(readSnapshot(store, "shop", "latest", ["cart", "search"]));

    expect(named.map(({ service }) => service)).to.deep.equal(["cart", "till"]);
    expect(error).to.be.instanceOf(ServiceNotFoundError);
    expect(String(error)).to.include("search");
  });
});

describe("prepareRelease", () => {
  it("R1 pins every image by digest and keeps its tag", async () => {
    const world = createWorld();
    await world.publish(1);

    const { release, warnings } = await world.client.prepareRelease({ description: "one" });

    expect(release.images).to.deep.equal(Object.fromEntries(SERVICES.map((name) => [name, world.pinned(name, 1)])));
    expect(warnings).to.deep.equal([]);
  });

  it("R1 fails naming every tag that ECR does not know", async () => {
    const world = createWorld();
    await world.publish(1);
    await world.client.publishImage({ service: "cart", uri: ecr("cart", "gone") });
    await world.client.publishImage({ service: "till", uri: ecr("till", "gone") });

    const error = await rejectionOf(world.client.prepareRelease({ description: "one" }));

    expect(error).to.have.property("code", "images-unresolved");
    expect(String(error)).to.include("cart").and.include("till");
    expect(world.memory.tables.releases.size).to.equal(0);
  });

  it("R1 passes other registries and pinned images through, the former with a warning", async () => {
    const world = createWorld();
    await world.client.publishImage({ service: "a", uri: "http://example.com/images/a/00001" });
    await world.client.publishImage({ service: "b", uri: `example.com/b@${digest(1)}` });

    const { release, warnings } = await world.client.prepareRelease({ description: "" });

    expect(release.images).to.deep.equal({ a: "http://example.com/images/a/00001", b: `example.com/b@${digest(1)}` });
    expect(warnings).to.have.length(1);
    expect(warnings[0]).to.include("a: ");
  });

  it("takes single services from another label or an image", async () => {
    const world = createWorld();
    await world.publish(1);
    world.memory.registry.push(ecr("cart", "9"), { digest: digest(9) });
    await world.client.publishImage({ service: "cart", uri: ecr("cart", "9"), label: "hotfix" });

    const { release } = await world.client.prepareRelease({
      description: "",
      overrides: { cart: "hotfix", till: `example.com/till@${digest(3)}` },
    });

    expect(release.images).to.deep.equal({
      basket: world.pinned("basket", 1),
      cart: `${ecr("cart", "9")}@${digest(9)}`,
      till: `example.com/till@${digest(3)}`,
    });
    expect(release.release_manifest).to.deep.include({
      from_label: "latest",
      parameter_versions: { basket: 1, cart: 1 },
    });
  });

  it("F8 R3 makes one release for one request token, killed around each of its calls", async () => {
    const input = { description: "one", requestToken: "t" };

    const calls = await crashSweep({
      world: async () => {
        const world = createWorld();
        await world.publish(1);
        return { ...world.memory, client: world.client };
      },
      ports: PORTS,
      act: (mortal) => createTrackerClient(mortal).prepareRelease(input),
      check: async ({ client, tables }) => {
        const again = await client.prepareRelease(input);

        expect([...tables.releases.keys()]).to.deep.equal([again.release.release_id]);
      },
    });

    expect(calls).to.include("releases.create");
  });

  it("R3 refuses a token that was used for another request", async () => {
    const world = createWorld();
    await world.publish(1);
    await world.client.prepareRelease({ description: "one", requestToken: "t" });

    const error = await rejectionOf(world.client.prepareRelease({ description: "two", requestToken: "t" }));

    expect(error).to.have.property("code", "request-token-reused");
  });

  it("writes nothing in a dry run, and says what would change", async () => {
    const world = createWorld();
    await world.release(1);
    await world.client.publishImage({ service: "cart", uri: `example.com/cart@${digest(5)}` });

    const { changes, written } = await world.client.prepareRelease({ description: "", dryRun: true });

    expect(written).to.equal(false);
    expect(world.memory.tables.releases.size).to.equal(1);
    expect(changes.map(({ service, change }) => `${service} ${change}`)).to.deep.equal([
      "basket unchanged",
      "cart changed",
      "till unchanged",
    ]);
  });

  it("names unknown labels and services", async () => {
    const world = createWorld();
    await world.publish(1);
    const codes = await Promise.all(
      [
        world.client.prepareRelease({ description: "", fromLabel: "nope" }),
        world.client.prepareRelease({ description: "", overrides: { moon: "latest" } }),
        world.client.prepareRelease({ description: "", overrides: { cart: "nope" } }),
        world.client.prepareRelease({ description: "", fromLabel: "a/b" }),
      ].map(async (promise) => ((await rejectionOf(promise)) as Error & { code: string }).code),
    );

    expect(codes).to.deep.equal(["label-not-found", "service-not-found", "label-not-found", "invalid-input"]);
  });

  it("R8 refuses an encrypted parameter, naming it and not its value", async () => {
    const world = createWorld();
    await world.publish(1);
    world.memory.labels.putSecure("latest", "cart", "s3cret");

    const error = await rejectionOf(world.client.prepareRelease({ description: "" }));

    expect(error).to.have.property("code", "secure-parameter");
    expect(JSON.stringify(error) + String(error))
      .to.include("/shop/images/latest/cart")
      .and.not.include("s3cret");
  });
});

describe("updateRelease", () => {
  it("makes a new release from an old one with some services changed", async () => {
    const world = createWorld();
    const one = await world.release(1);
    await world.publish(2);

    const { release } = await world.client.updateRelease({
      releaseId: one,
      services: ["till"],
      description: "till only",
    });

    expect(release.images).to.deep.equal({
      basket: world.pinned("basket", 1),
      cart: world.pinned("cart", 1),
      till: world.pinned("till", 2),
    });
    expect(release.release_manifest.from_release).to.equal(one);
    expect((await world.client.showRelease({ releaseId: one })).images["till"]).to.equal(world.pinned("till", 1));
  });
});
