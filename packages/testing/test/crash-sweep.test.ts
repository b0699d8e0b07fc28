import { expect } from "chai";
import { crashSweep, runKilled, type CrashPoint } from "../src/crash-sweep";
import { caughtBy, rejectionOf } from "../src/rejection";

/** Two accounts that a transfer moves money between. */
class Bank {
  readonly money: Record<string, number> = { a: 1, b: 0 };
  readonly done = new Set<string>();

  async take(id: string): Promise<void> {
    if (!this.done.has(`take ${id}`)) this.money["a"] = (this.money["a"] ?? 0) - 1;
    this.done.add(`take ${id}`);
  }

  async give(id: string): Promise<void> {
    if (!this.done.has(`give ${id}`)) this.money["b"] = (this.money["b"] ?? 0) + 1;
    this.done.add(`give ${id}`);
  }

  async log(): Promise<void> {}
}

const world = () => ({ bank: new Bank() });
type World = ReturnType<typeof world>;

async function transfer({ bank }: World, id = "t"): Promise<void> {
  try {
    await bank.take(id);
    await bank.give(id);
  } finally {
    await bank.log();
  }
}

/** A transfer is delivered again until it got through, and then has happened once. */
const sweep = (redeliver: (world: World) => Promise<void>, points: (CrashPoint | undefined)[] = []) =>
  crashSweep({
    world,
    ports: ["bank"],
    act: (mortal) => transfer(mortal),
    check: async (each, point) => {
      points.push(point);
      if (point !== undefined) await redeliver(each);
      expect(each.bank.money).to.deep.equal({ a: 0, b: 1 });
    },
  });

describe("crashSweep", () => {
  it("knows the calls, and kills before and after each of them", async () => {
    const points: (CrashPoint | undefined)[] = [];

    const calls = await sweep((each) => transfer(each), points);

    expect(calls).to.deep.equal(["bank.take", "bank.give", "bank.log"]);
    expect(points.map((point) => (point ? `${point.when} ${point.call}` : "none"))).to.deep.equal([
      "none",
      "before 1",
      "after 1",
      "before 2",
      "after 2",
      "before 3",
      "after 3",
    ]);
  });

  it("notices work that is not done again, and says where it was killed", async () => {
    const told = await caughtBy(() => sweep(async () => undefined));

    expect(told).to.include("killed before call 1, bank.take");
  });

  it("notices work that is done twice", async () => {
    const told = await caughtBy(() => sweep((each) => transfer(each, "another")));

    expect(told).to.include("killed after call 1, bank.take");
  });

  it("refuses a process that makes other calls the second time", async () => {
    let runs = 0;
    const changing = crashSweep({
      world,
      ports: ["bank"],
      act: async ({ bank }) => ((runs += 1) === 1 ? bank.log() : undefined),
      check: async () => undefined,
    });

    expect((await rejectionOf(changing)).message).to.include("the process is not the same each time");
  });

  it("kills at the points that are picked", async () => {
    const killed: (CrashPoint | undefined)[] = [];
    await crashSweep({
      world,
      ports: ["bank"],
      act: (mortal) => transfer(mortal),
      check: async (_each, point) => void killed.push(point),
      only: ({ call, when }) => call === 2 && when === "after",
    });

    expect(killed).to.deep.equal([undefined, { call: 2, when: "after" }]);
  });
});

describe("runKilled", () => {
  it("runs nothing more of a process that is dead: no other call, and no clean-up", async () => {
    const each = world();

    const ended = await runKilled(each, ["bank"], { call: "bank.take", when: "after" }, (deps) => transfer(deps));

    expect(ended).to.deep.equal({ killed: true });
    expect(each.bank.money).to.deep.equal({ a: 0, b: 0 });
  });

  it("lets calls that were under way be carried out", async () => {
    const each = world();

    await runKilled(each, ["bank"], { call: "bank.give", when: "before" }, ({ bank }) =>
      Promise.all([bank.take("t"), bank.give("t"), bank.log()]),
    );

    expect(each.bank.money).to.deep.equal({ a: 0, b: 0 });
  });

  it("tells the result, or throws the error, of a process that was not killed", async () => {
    const at = { call: 9, when: "before" } as const;

    expect(await runKilled(world(), ["bank"], at, async () => 3)).to.deep.equal({ killed: false, result: 3 });
    const failing = runKilled(world(), ["bank"], at, () => Promise.reject(new Error("on purpose")));
    expect((await rejectionOf(failing)).message).to.equal("on purpose");
  });
});
