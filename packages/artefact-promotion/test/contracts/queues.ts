import { expect } from "chai";
import { LOOK_AGAIN, type LookAgainMessage } from "../../src/contract";
import type { DeadLetter, DeadLetters, PromotionQueue } from "../../src/core/ports";

/** An empty queue with its dead letters, and a way to look into both. */
export interface Queues {
  readonly queue: PromotionQueue;
  readonly deadLetters: DeadLetters;
  /** Makes dead letters of these bodies. */
  readonly bury: (bodies: readonly string[]) => Promise<void>;
  /** Bodies of all messages that wait; may take them. */
  readonly waiting: () => Promise<readonly string[]>;
}

const request = (n: number): LookAgainMessage => ({
  type: LOOK_AGAIN,
  key: `k ${n}`,
  trigger: "backfill",
  requested_by: { id: "arn:ada", name: "ada" },
  correlation_id: "c",
  seen: { etag: "e", size: n },
});

const bodiesOf = (letters: readonly DeadLetter[]): readonly string[] => letters.map(({ body }) => body).sort();

/** What every queue and its dead letters have to do. @param make Both, empty. */
export function queuesContract(name: string, make: () => Promise<Queues>): void {
  describe(`queue and dead letters ${name}`, () => {
    const LETTERS = Array.from({ length: 12 }, (_, n) => `letter ${String(n).padStart(2, "0")}`);
    let queues: Queues;

    beforeEach(async () => {
      queues = await make();
    });

    /** Takes letters until there are none. */
    async function takeAll(): Promise<readonly DeadLetter[]> {
      const taken: DeadLetter[] = [];
      for (let more = await queues.deadLetters.receive(); more.length > 0; more = await queues.deadLetters.receive()) {
        expect(more.length).to.be.at.most(10);
        taken.push(...more);
      }
      return taken;
    }

    it("A8 takes any number of requests, as they are", async () => {
      const requests = Array.from({ length: 25 }, (_, n) => request(n));

      await queues.queue.send(requests);
      await queues.queue.send([]);

      expect(await queues.queue.backlog()).to.equal(25);
      const waiting = (await queues.waiting()).map((body) => JSON.parse(body) as LookAgainMessage);
      expect(waiting.sort((a, b) => (a.seen?.size ?? 0) - (b.seen?.size ?? 0))).to.deep.equal(requests);
    }).timeout(30_000);

    it("A1 hands out each letter once, until it is put back", async () => {
      await queues.bury(LETTERS);

      const taken = await takeAll();
      expect(bodiesOf(taken)).to.deep.equal(LETTERS);
      await queues.deadLetters.putBack(taken);

      expect(bodiesOf(await takeAll())).to.deep.equal(LETTERS);
    }).timeout(30_000);

    it("A1 sends letters back to the queue, and keeps the others", async () => {
      await queues.bury(LETTERS);
      const [redriven, others] = [[] as DeadLetter[], [] as DeadLetter[]];
      for (const letter of await takeAll()) (letter.body < "letter 05" ? redriven : others).push(letter);

      await queues.deadLetters.redrive(redriven);
      await queues.deadLetters.putBack(others);

      expect([...(await queues.waiting())].sort()).to.deep.equal(LETTERS.slice(0, 5));
      expect(bodiesOf(await takeAll())).to.deep.equal(LETTERS.slice(5));
    }).timeout(30_000);
  });
}
