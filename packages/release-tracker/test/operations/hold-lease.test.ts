import { rejectionOf, seededIt, VirtualTime } from "@slipway/testing";
import { expect } from "chai";
import fc from "fast-check";
import { MemoryLeaseStore, MemoryTables } from "../../src/adapters/memory-stores";
import { EnvironmentLockedError, LeaseLostError } from "../../src/core/errors";
import type { LeaseStore } from "../../src/core/ports";
import { holdLease } from "../../src/operations/hold-lease";
import type { HeldLease } from "../../src/operations/hold-lease";

const stage = { projectId: "shop", environmentId: "stage" };
const HOUR = 3_600_000;
const LEASE = 30_000;

/** A process with its own, possibly wrong, clock and its own way to the store. */
function aProcess(time: VirtualTime, tables: MemoryTables, name: string, skew = 0, leases?: LeaseStore) {
  let ids = 0;
  const clock = time.clock(skew);
  const deps = {
    leases: leases ?? new MemoryLeaseStore(tables, clock),
    clock,
    ids: { next: () => `${name}-${(ids += 1)}` },
    sleeper: time,
    stopwatch: time,
    timing: { lease: LEASE, poll: 1, stable: 1 },
  };
  return <T>(work: (held: HeldLease) => Promise<T>) => holdLease(deps, stage, { id: name, name }, work);
}

/** Leases whose calls take a while and may fail, as a seed says. */
function slowLeases(
  store: LeaseStore,
  time: VirtualTime,
  delays: readonly number[],
  broken: () => boolean,
): LeaseStore {
  let calls = 0;
  const late = async <T>(call: () => Promise<T>): Promise<T> => {
    await time.sleep(delays[(calls += 1) % delays.length] ?? 0);
    if (broken()) throw new Error("no answer");
    return call();
  };
  return {
    read: (address) => late(() => store.read(address)),
    take: (lease, replacing) => late(() => store.take(lease, replacing)),
    renew: (lease) => late(() => store.renew(lease)),
    release: (lease) => late(() => store.release(lease)),
  };
}

describe("holdLease", () => {
  seededIt("R5 never lets two processes in at once, whatever their clocks, delays and outages", async (seed) => {
    const run: fc.Arbitrary<Run> = fc.record({
      skews: fc.tuple(fc.integer({ min: -HOUR, max: HOUR }), fc.integer({ min: -HOUR, max: HOUR })),
      delays: fc.array(fc.integer({ min: 0, max: LEASE }), { minLength: 1, maxLength: 8 }),
      work: fc.tuple(fc.integer({ min: 1, max: 4 * LEASE }), fc.integer({ min: 1, max: 4 * LEASE })),
      outage: fc.integer({ min: 0, max: 3 * LEASE }),
    });
    const check = async ({ skews, delays, work, outage }: Run) => {
      const time = new VirtualTime();
      const tables = new MemoryTables();
      let inside = 0;
      let overlap = 0;
      const tryOnce = async (index: 0 | 1) => {
        const store = new MemoryLeaseStore(tables, time.clock(skews[index]));
        const cutOff = () => index === 0 && time.elapsed() > outage;
        const hold = aProcess(time, tables, `p${index}`, skews[index], slowLeases(store, time, delays, cutOff));
        await hold(async (held) => {
          inside += 1;
          overlap = Math.max(overlap, inside);
          await time.sleep(work[index], held.signal);
          inside -= 1;
        }).catch(() => undefined);
      };
      const repeat = async (index: 0 | 1) => {
        for (let n = 0; n < 4; n += 1) await tryOnce(index);
      };
      await Promise.all([repeat(0), repeat(1)]);
      expect(overlap).to.be.at.most(1);
    };
    await fc.assert(fc.asyncProperty(run, check), { seed, numRuns: 150 });
  }).timeout(120_000);

  it("R5 frees itself when its holder dies, with clocks an hour apart either way", async () => {
    for (const skew of [-HOUR, 0, HOUR]) {
      const time = new VirtualTime();
      const tables = new MemoryTables();
      const dead = new MemoryLeaseStore(tables, time.clock());
      await dead.take(
        { ...stage, holderId: "x", holderName: "x", fencing: 7, since: "", milliseconds: LEASE },
        undefined,
      );
      await time.sleep(LEASE);

      const fencing = await aProcess(time, tables, "next", skew)(async ({ lease }) => lease.fencing);

      expect(fencing).to.equal(8);
      expect(time.elapsed()).to.be.at.most(3 * LEASE);
    }
  });

  it("says by when a holder that died is out of the way, and that is true", async () => {
    const time = new VirtualTime();
    const tables = new MemoryTables();
    const dead = new MemoryLeaseStore(tables, time.clock());
    const lease = { ...stage, holderId: "x", holderName: "ada", fencing: 7, since: "noon", milliseconds: LEASE };
    await dead.take(lease, undefined);

    const error = await rejectionOf(aProcess(time, tables, "early")(async () => undefined));
    expect(error)
      .to.have.property("hint")
      .that.includes("repeat this 30 s after its last sign of life")
      .and.includes("taken 35 s later at the latest");

    await time.sleep(LEASE);
    const takenAt = await aProcess(time, tables, "next")(async () => time.elapsed());
    expect(takenAt).to.be.at.most(LEASE + 35_000);
  });

  it("R5 does not take a living lease that only looks expired to a fast clock", async () => {
    const time = new VirtualTime();
    const tables = new MemoryTables();
    const holding = aProcess(
      time,
      tables,
      "slow",
    )(async (held) => {
      await time.sleep(5 * LEASE, held.signal);
      return held.signal.aborted;
    });
    await time.sleep(1_000);

    const error = await rejectionOf(aProcess(time, tables, "fast", HOUR)(async () => undefined));

    expect(error).to.be.instanceOf(EnvironmentLockedError);
    expect(await holding).to.equal(false);
  });

  it("R5 stops a holder that was cut off before anybody can take over", async () => {
    const time = new VirtualTime();
    const tables = new MemoryTables();
    const store = new MemoryLeaseStore(tables, time.clock());
    const cut = slowLeases(store, time, [0], () => time.elapsed() > 0);
    let stoppedAt = 0;

    const error = await rejectionOf(
      aProcess(
        time,
        tables,
        "cut",
        0,
        cut,
      )(async (held) => {
        await time.sleep(10 * LEASE, held.signal);
        stoppedAt = time.elapsed();
        held.assertHeld();
      }),
    );

    expect(error).to.be.instanceOf(LeaseLostError);
    expect(stoppedAt).to.be.lessThan(LEASE);
  });
});

interface Run {
  readonly skews: readonly [number, number];
  readonly delays: readonly number[];
  readonly work: readonly [number, number];
  readonly outage: number;
}
