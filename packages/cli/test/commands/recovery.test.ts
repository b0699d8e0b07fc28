import type { RecoverReport, StackInspection, UnlockReport } from "@slipway/automation";
import { expect } from "chai";
import { slipway } from "../support/slipway";

const found: StackInspection = {
  stack: "staging",
  backend: "file:///state",
  locks: [],
  pendingOperations: [],
  resources: 3,
  findings: [],
};

/** An engine that finds these steps to take, and takes them. */
const recovering = (...steps: RecoverReport["steps"]) => ({
  recover: async (_target: object, { dryRun = false }: { dryRun?: boolean } = {}): Promise<RecoverReport> => ({
    found,
    steps,
    remaining: [],
    outcome: dryRun ? "dry-run" : "recovered",
  }),
});

/** An engine that finds a lock, or none. */
const unlocking = (isLocked: boolean) => ({
  unlock: async (_target: object, { dryRun = false }: { dryRun?: boolean } = {}): Promise<UnlockReport> => ({
    found,
    action: isLocked ? (dryRun ? "would-unlock" : "unlocked") : "nothing-to-do",
  }),
});

const run = (verb: string, automation: object, ...more: string[]) =>
  slipway([verb, "--stack", "staging", ...more], { automation });

describe("recover and unlock", () => {
  it("recover calls what it shows first a plan, whether or not it goes on", async () => {
    const all = recovering("unlock", "refresh", "clear-pending-creates");
    const steps = "remove the lock, then refresh the state, then forget interrupted creations";
    const real = await run("recover", all, "--yes");
    const dry = await run("recover", all, "--dry-run");
    const idle = await run("recover", recovering());

    expect(real.stderr).to.include(`plan: ${steps}`);
    expect(real.stdout).to.include(`recovered: ${steps}`);
    expect(dry.stdout).to.include(`plan: ${steps}`);
    expect(idle.stdout).to.include("plan: nothing to do");
    expect([real, idle].map(({ stdout, stderr }) => stdout + stderr).join()).not.to.include("dry-run");
  });

  const moves: readonly (readonly [boolean, readonly string[], words: string, token: string])[] = [
    [true, ["--dry-run"], "plan: remove the lock", "would-unlock"],
    [true, ["--yes"], "the lock is removed", "unlocked"],
    [false, [], "nothing to unlock", "nothing-to-do"],
  ];
  for (const [isLocked, more, words, token] of moves) {
    it(`unlock ${more.join()} says "${words}" to people, and ${token} in JSON`, async () => {
      const people = await run("unlock", unlocking(isLocked), ...more);
      const machine = await run("unlock", unlocking(isLocked), ...more, "--json");

      expect(people.stdout).to.equal(`staging: nothing is wrong\n${words}\n`);
      expect(JSON.parse(machine.stdout)).to.include({ action: token });
    });
  }

  it("recover keeps its tokens in JSON", async () => {
    const { stdout } = await run("recover", recovering("unlock"), "--dry-run", "--json");

    expect(JSON.parse(stdout)).to.deep.include({ outcome: "dry-run", steps: ["unlock"] });
  });
});
