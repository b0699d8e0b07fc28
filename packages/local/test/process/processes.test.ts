import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { expect } from "chai";
import { setImmediate } from "node:timers/promises";
import { endProcess } from "../../src/process/end-process";
import { identify, isRunning, type ProcessIdentity } from "../../src/process/identity";
import { endLeftovers } from "../../src/process/leftovers";

const STUBBORN = 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000); console.log("ready", process.pid);';
const OBEDIENT = 'setInterval(() => {}, 1000); console.log("ready");';

describe("processes", () => {
  const children: ChildProcess[] = [];
  after(() => children.forEach((child) => child.kill("SIGKILL")));

  async function start(program: string, env: Record<string, string> = {}): Promise<[ChildProcess, ProcessIdentity]> {
    const child = spawn(process.execPath, ["-e", program], {
      detached: true,
      stdio: ["ignore", "pipe", "ignore"],
      env: { ...process.env, ...env },
    });
    children.push(child);
    await once(child.stdout, "data");
    const identity = identify(child.pid ?? 0);
    if (identity === undefined) throw new Error("the child did not start");
    return [child, identity];
  }

  it("knows a running process, and that it ended", async () => {
    const [child, identity] = await start(OBEDIENT);
    expect(isRunning(identity)).to.equal(true);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(isRunning(identity)).to.equal(false);
  });

  it("never touches a process that merely has the same number", async () => {
    const [, identity] = await start(OBEDIENT);
    const earlier = { ...identity, started: "some other time" };
    expect(isRunning(earlier)).to.equal(false);
    expect(await endProcess("part", earlier)).to.equal(false);
    expect(isRunning(identity)).to.equal(true);
    expect(await endProcess("part", identity)).to.equal(true);
  });

  it("ends a process that ignores SIGTERM", async () => {
    const [, identity] = await start(STUBBORN);
    expect(await endProcess("part", identity, 100)).to.equal(true);
    expect(isRunning(identity)).to.equal(false);
  });

  it("ends what stays of the group after a graceful end", async () => {
    // The member writes to the leader's own pipe, so the pipe closes when both are gone.
    const parent = `require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(STUBBORN)}], { stdio: "inherit" });`;
    const leader = spawn(process.execPath, ["-e", parent], { detached: true, stdio: ["ignore", "pipe", "ignore"] });
    children.push(leader);
    const [printed] = (await once(leader.stdout, "data")) as [Buffer];
    const [identity, memberIdentity] = [
      identify(leader.pid ?? 0),
      identify(Number(/\d+/.exec(printed.toString())?.[0])),
    ];
    if (identity === undefined || memberIdentity === undefined) throw new Error("the processes did not start");
    const closed = once(leader.stdout, "close");
    await endProcess("part", identity);
    await closed;
    // A process that ends lets go of its pipes first: it may be there for another moment, and not for longer.
    while (isRunning(memberIdentity)) await setImmediate();
  });

  it("ends orphans by the mark in their environment, and nobody else", async function () {
    if (process.platform !== "linux") this.skip();
    const mark = `slipway-test-${process.pid}`;
    const [, marked] = await start(STUBBORN, { SLIPWAY_TEST_MARK: mark });
    const [, longer] = await start(STUBBORN, { SLIPWAY_TEST_MARK: `${mark}-more` });
    await endLeftovers("SLIPWAY_TEST_MARK", mark);
    expect(isRunning(marked)).to.equal(false);
    expect(isRunning(longer)).to.equal(true);
  });
});
