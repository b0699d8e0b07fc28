import { rejectionOf, withHooks } from "@slipway/testing";
import { expect } from "chai";
import { promoteObject } from "../../src/operations/promote-object";
import { createWorld, orderAbout, textAt, type World } from "../support/world";

const look = (key: string) => ({
  key,
  trigger: "reconcile" as const,
  requestedBy: { id: "r", name: "r" },
  correlationId: "c",
});

/** The same world, with every call to the objects written down. */
function watched(world: World): { readonly deps: World; readonly calls: string[] } {
  const calls: string[] = [];
  return { deps: withHooks(world, ["objects"], { before: (call) => void calls.push(call) }), calls };
}

describe("promoteObject", () => {
  it("copies a new object in one request", async () => {
    const world = createWorld();
    const { deps, calls } = watched(world);
    const version = world.objects.plant(world.hop.source, "a", "hello");

    const result = await promoteObject(deps, orderAbout(version));

    expect(calls).to.deep.equal(["objects.copy"]);
    expect(textAt(world, "target", "a")).to.equal("hello");
    expect(result).to.have.nested.property("promotions[0].proof.method", "md5");
    expect(result).to.deep.include({ kind: "promoted" });
  });

  it("A2 finds a duplicate in two requests and copies nothing", async () => {
    const world = createWorld();
    const version = world.objects.plant(world.hop.source, "a", "hello");
    await promoteObject(world, orderAbout(version));
    const { deps, calls } = watched(world);

    const result = await promoteObject(deps, orderAbout(version));

    expect(calls).to.deep.equal(["objects.copy", "objects.head"]);
    expect(result).to.deep.equal({ kind: "unchanged", promotions: [] });
    expect(world.objects.history(world.hop.target, "a")).to.have.length(1);
  });

  it("A3 copies what is there now, not what a late event told", async () => {
    const world = createWorld();
    const old = world.objects.plant(world.hop.source, "a", "old");
    world.objects.plant(world.hop.source, "a", "new");

    await promoteObject(world, orderAbout(old));
    await promoteObject(world, orderAbout(old));

    expect(textAt(world, "target", "a")).to.equal("new");
    expect(world.objects.history(world.hop.target, "a")).to.have.length(1);
  });

  it("replaces what is different, on the condition that it is still what was seen", async () => {
    const world = createWorld();
    await promoteObject(world, orderAbout(world.objects.plant(world.hop.source, "a", "one")));

    const result = await promoteObject(world, orderAbout(world.objects.plant(world.hop.source, "a", "two")));

    expect(result.kind).to.equal("promoted");
    expect(textAt(world, "target", "a")).to.equal("two");
  });

  it("does nothing about an object that is gone, and tells when it is the bucket", async () => {
    const world = createWorld();
    const version = world.objects.plant(world.hop.source, "a", "x");
    world.objects.remove(world.hop.source, "a");

    expect(await promoteObject(world, orderAbout(version))).to.deep.equal({ kind: "gone" });

    world.objects.deleteBucket(world.hop.source);
    expect(await rejectionOf(promoteObject(world, look("a")))).to.have.property("code", "bucket-not-found");
  });

  it("A4 asks the source for a checksum when its ETag proves nothing", async () => {
    const world = createWorld();
    const version = world.objects.plant(world.hop.source, "a", "hello", { etag: "0".repeat(32), keyed: true });

    const result = await promoteObject(world, orderAbout(version));

    expect(result).to.have.nested.property("promotions[0].proof.method", "checksum");
  });

  it("A4 reads both sides when nothing that S3 keeps can tell", async () => {
    const world = createWorld({ objects: { refusesCopies: true } });
    const version = world.objects.plant(world.hop.source, "a", "hello", { etag: "x-2", checksums: [] });

    const result = await promoteObject(world, orderAbout(version));

    expect(result).to.have.nested.property("promotions[0].proof.method", "read");
  });

  it("remembers that the server refuses, once the other way worked", async () => {
    const world = createWorld({ objects: { refusesCopies: true } });
    const [first, second] = ["a", "b"].map((key) => world.objects.plant(world.hop.source, key, "x"));
    await promoteObject(world, orderAbout(first!));
    const { deps, calls } = watched(world);

    await promoteObject(deps, orderAbout(second!));

    expect(calls).to.deep.equal(["objects.head", "objects.head", "objects.open", "objects.put"]);
  });

  it("tells the ledger of a copy whose acknowledgement was lost", async () => {
    const world = createWorld();
    const version = world.objects.plant(world.hop.source, "a", "hello");
    await promoteObject(world, orderAbout(version));

    const result = await promoteObject(world, { ...orderAbout(version), redelivered: true });

    expect(result).to.have.nested.property("promotions[0].targetVersion");
    expect(result.kind).to.equal("unchanged");
  });
});
