import { caughtBy, createCallFaults, pickOne, randomNumbers, seededIt, withHooks } from "@slipway/testing";
import { expect } from "chai";
import type { DeliveryOrder } from "../../../packages/data-egress/src/agent-contract";
import type { RecipientAnswer, Recipients } from "../../../packages/data-egress/src/agent/ports";
import {
  AgentWorld,
  configurationOf,
  MemoryRecipients,
  sendTo,
} from "../../../packages/data-egress/test/support/agent-world";

const FILES = 120;
const HOSTS = ["ris", "cre"] as const;

/** Every answer that may come: none at all, before or after the file was kept (F1, F2, F5), a false one, a refusal. */
type Mutant = (recipients: Recipients) => Recipients;
const honest: Mutant = (recipients) => recipients;

const route = { actions: HOSTS.map((host) => sendTo(host, true)), maxThreadPoolSize: 8 };

/** What a recipient says beside the truth (F3): 200 with nothing, with another digest, or an error. */
function answersOf(seed: number): () => RecipientAnswer | undefined {
  const random = randomNumbers(seed);
  const lies = [
    { status: 200, body: "" },
    { status: 200, body: JSON.stringify({ sha256: "0".repeat(64) }) },
    { status: 200, body: "<Error>" },
    { status: 500, body: "" },
    { status: 503, body: "" },
    { status: 302, body: "" },
  ] as const;
  return () => (random() < 0.25 ? pickOne(random, lies) : undefined);
}

/** Sends many files to recipients that fail in every way, stopped and started anew, until all have a receipt. */
async function holds(seed: number, mutant: Mutant): Promise<void> {
  const recipients = new MemoryRecipients(answersOf(seed));
  const world = new AgentWorld(recipients, configurationOf(route));
  const contentOf = (name: string): string => `content of ${name}\n`;
  const orders: DeliveryOrder[] = Array.from({ length: FILES }, (_, index) =>
    world.volume.handOver("out", `${index}.csv`, contentOf(`${index}.csv`)),
  );
  const faults = createCallFaults({ seed, rate: 0.2, faults: ["F1", "F2", "F5"] });
  const faulty = mutant(withHooks({ recipients }, ["recipients"], faults.around).recipients);

  for (let sends = 0; orders.some(({ id }) => world.volume.receipt(id) === undefined); sends += 1) {
    if (sends > 20) throw new Error("it never ends");
    const stop = new AbortController();
    const stopping: Recipients = {
      send: async (delivery, signal) => {
        if (recipients.sent.length % 150 === 149) stop.abort();
        return faulty.send(delivery, signal);
      },
    };
    await world.work(world.agent({ recipients: stopping }), stop.signal);
  }
  await faults.settled();

  let failed = 0;
  for (const { id, name } of orders) {
    const receipt = world.volume.receipt(id);
    for (const { destination, status } of receipt?.destinations ?? []) {
      const kept = recipients.files.get(`${new URL(destination).host}/DA/${name}`)?.toString();
      if (status === "delivered") expect(kept, `${destination} said it has ${name}`).to.equal(contentOf(name));
    }
    const all = receipt?.destinations.every(({ status }) => status === "delivered");
    expect(receipt?.status === "delivered", `receipt of ${name}`).to.equal(all);
    if (receipt?.status === "failed") failed += 1;
  }
  const left = world.volume.files();
  expect(left.length, "files in the error folder").to.equal(failed);
  expect(left.every((path) => path.startsWith("error/out/"))).to.equal(true);
  expect(failed, "files that were given up").to.be.within(1, FILES / 2);
  for (const id of ["F1", "F2", "F5"] as const) expect(faults.injected[id], id).to.be.above(5);
  world.volume.remove();
}

describe("D1 receipts tell the truth", () => {
  seededIt("D1 F1 F2 F3 F5 delivered means that every destination has the bytes; nothing is lost", (seed) =>
    holds(seed, honest),
  ).timeout(60_000);

  const mutants: Readonly<Record<string, Mutant>> = {
    "takes a connection that broke for a delivery": (recipients) => ({
      send: async (delivery, signal) => {
        const received = delivery.headers["x-slipway-sha256"];
        return recipients.send(delivery, signal).catch(() => ({ status: 200, received, body: "" }));
      },
    }),
    "takes every 200 for a delivery": (recipients) => ({
      send: async (delivery, signal) => {
        const answer = await recipients.send(delivery, signal);
        return answer.status === 200 ? { ...answer, received: delivery.headers["x-slipway-sha256"], body: "" } : answer;
      },
    }),
  };
  for (const [what, mutant] of Object.entries(mutants)) {
    seededIt(`D1 mutant: ${what}`, async (seed) => {
      expect(await caughtBy(() => holds(seed, mutant))).to.match(/said it has/);
    }).timeout(60_000);
  }
});
