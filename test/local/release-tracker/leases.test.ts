import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { seededIt } from "@slipway/testing";
import { expect } from "chai";
import { startChild } from "./support/child";
import { createTables } from "./tables";

interface Effect {
  readonly seed: number;
  readonly name: string;
  readonly fencing: number;
  readonly at: number;
}

const LEASE = 900;

describe("leases between two real processes", function () {
  this.timeout(90_000);
  let directory: string;
  let table: string;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), "slipway-leases-"));
    table = (await createTables(new DynamoDBClient())).deployments;
  });

  afterEach(() => rmSync(directory, { recursive: true }));

  const start = (name: string, seeds: readonly number[], rounds: number, forever = false) => {
    const log = join(directory, name);
    const child = startChild("lease-process.ts", [
      JSON.stringify({ name, table, log, lease: LEASE, seeds, rounds, forever }),
    ]);
    const effects = (): readonly Effect[] =>
      readFileSync(log, "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as Effect);
    return { ...child, effects };
  };

  seededIt(
    "R5 100 seeds of late answers, wrong clocks and stopped processes: effects never overlap and never go back",
    async (first) => {
      const seeds = Array.from({ length: 100 }, (_, n) => first + n);
      const [one, two] = [start("one", seeds, 1), start("other", seeds, 1)];

      await Promise.all([one.ended, two.ended]);

      expect(
        [one.process.exitCode, two.process.exitCode],
        [...one.complaints, ...two.complaints].join("\n"),
      ).to.deep.equal([0, 0]);
      const all = [...one.effects(), ...two.effects()];
      for (const seed of seeds) {
        const effects = all.filter((effect) => effect.seed === seed).sort((a, b) => a.at - b.at);
        const fencings = effects.map(({ fencing }) => fencing);
        expect(fencings, `seed ${seed}`).to.deep.equal(fencings.toSorted((a, b) => a - b));
        const holders = new Map(effects.map(({ fencing, name }) => [fencing, name]));
        expect(
          effects.every(({ fencing, name }) => holders.get(fencing) === name),
          `seed ${seed}`,
        ).to.equal(true);
        expect(new Set(holders.values()), `who held the lease of seed ${seed}`).to.have.property("size", 2);
      }
    },
  );

  seededIt("R5 a killed holder frees itself, and the next one gets a higher fencing number", async (seed) => {
    const dead = start("dead", [seed], 1, true);
    await dead.ready;
    while (!existsSync(join(directory, "dead"))) await pause(20);
    dead.process.kill("SIGKILL");
    await dead.ended;
    const next = start("next", [seed], 3);
    await next.ended;

    expect(next.effects()[0]?.fencing, next.complaints.join("\n")).to.be.greaterThan(1);
  });
});
