import { s3Notification, snsEnvelope } from "@slipway/testing";
import { expect } from "chai";
import { planBatch } from "../../src/handlers/batch-orders";
import { createPromoteArtefacts } from "../../src/handlers/promote-artefacts";
import { consumerOf, createdObject, createWorld, drain, messageAbout, textAt } from "../support/world";

describe("the promoting function", () => {
  it("takes all records of a message, and several messages about one key as one", async () => {
    const world = createWorld();
    const a = world.objects.plant(world.hop.source, "a", "1");
    const b = world.objects.plant(world.hop.source, "b", "2");
    const both = s3Notification(...[a, b].map((version) => createdObject(world.hop.source.name, version)));
    world.queue.push(snsEnvelope(both), messageAbout(world, a), messageAbout(world, b));

    await drain(world, consumerOf(world));

    expect([textAt(world, "target", "a"), textAt(world, "target", "b")]).to.deep.equal(["1", "2"]);
    expect(world.ledger.all).to.have.length(2);
  });

  it("A3 goes by the latest of several events about a key", () => {
    const world = createWorld();
    const versions = ["1", "22"].map((body) => world.objects.plant(world.hop.source, "a", body));
    const bodies = [messageAbout(world, versions[1]!, "0055B"), messageAbout(world, versions[0]!, "0055A9")];
    const records = bodies.map((body, n) => ({ messageId: `m${n}`, body, attributes: {} }));

    const { orders } = planBatch(records, { sourceBucket: world.hop.source.name, filter: {} });

    expect(orders).to.have.length(1);
    expect(orders[0]?.order.sighting?.size).to.equal(2);
    expect(orders[0]?.messageIds).to.deep.equal(["m0", "m1"]);
  });

  it("A3 trusts no sighting of events that cannot be ordered, and that of a repeated event", () => {
    const world = createWorld();
    const [older, newer] = ["one", "two"].map((body) => world.objects.plant(world.hop.source, "k", body));
    const sightingOf = (...bodies: readonly string[]) => {
      const records = bodies.map((body, n) => ({ messageId: `m${n}`, body, attributes: {} }));
      return planBatch(records, { sourceBucket: world.hop.source.name, filter: {} }).orders.map(
        ({ order }) => order.sighting?.etag,
      );
    };
    const about = (version: typeof older) => messageAbout(world, version as NonNullable<typeof older>, "00");

    expect(sightingOf(about(older), about(newer))).to.deep.equal([undefined]);
    expect(sightingOf(about(newer), about(newer))).to.deep.equal([newer?.etag]);
  });

  it("tells what it did: one event, one ledger write, metrics, and who uploaded", async () => {
    const world = createWorld();
    for (const key of ["a", "b", "c"])
      world.queue.push(messageAbout(world, world.objects.plant(world.hop.source, key, key)));

    await drain(world, consumerOf(world));

    expect(world.events.published).to.have.length(1);
    expect(world.events.published[0]?.detail).to.have.property("promotions").that.has.length(3);
    expect(world.counted[0]).to.deep.include({ PromotedArtefacts: 3, PromotedBytes: 3, FailedPromotions: 0 });
    expect(world.counted[0]?.["PromotionDelay"]).to.be.above(0);
    expect(world.ledger.all[0]).to.deep.include({ hop: "integration -> staging", trigger: "event" });
    expect(world.ledger.all[0]?.requestedBy).to.deep.equal({ id: "AWS:AROAEXAMPLEID:jenkins", name: "jenkins" });
    expect(world.ledger.all[0]?.correlationId).to.equal("m1");
  });

  it("leaves other keys alone, and refuses another bucket's", async () => {
    const world = createWorld({ hop: { filter: { prefix: "rel/", suffix: ".zip" } } });
    const version = world.objects.plant(world.hop.source, "rel/a.tar", "x");
    world.queue.push(messageAbout(world, version), s3Notification(createdObject("another", version)));

    await drain(world, consumerOf(world));

    expect(textAt(world, "target", "rel/a.tar")).to.equal(undefined);
    expect(world.queue.letters).to.have.length(1);
    expect(await world.ledger.failure({ messageId: "m2" })).to.have.property("code", "unexpected-bucket");
  });

  it("starts nothing that it has no time to finish", async () => {
    const world = createWorld();
    const body = messageAbout(world, world.objects.plant(world.hop.source, "a", "x"));
    const context = { awsRequestId: "r", getRemainingTimeInMillis: () => 1_000 };

    const answer = await createPromoteArtefacts(world)(
      { Records: [{ messageId: "m", body, attributes: {} }] },
      context,
    );

    expect(answer).to.deep.equal({ batchItemFailures: [{ itemIdentifier: "m" }] });
    expect(world.lines.filter(({ level }) => level === "warn")).to.deep.equal([]);
  });
});
