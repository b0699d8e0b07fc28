import { EventEmitter, once } from "node:events";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { exclusively } from "../../src/process/exclusive";
import { identify } from "../../src/process/identity";
import { scratchFolder } from "../scratch";

describe("exclusively", () => {
  const folder = scratchFolder();
  const silent = (): void => undefined;

  it("lets one in at a time, and leaves no file", async () => {
    const lock = join(folder, "one-at-a-time", "lock");
    let inside = 0;
    const enter = (): Promise<void> =>
      exclusively(lock, "test", silent, async () => {
        inside += 1;
        expect(inside).to.equal(1);
        await new Promise((resolve) => setImmediate(resolve));
        inside -= 1;
      });
    await Promise.all([enter(), enter(), enter()]);
    expect(readdirSync(join(folder, "one-at-a-time"))).to.deep.equal([]);
  });

  it("waits no longer than its caller does", async () => {
    const lock = join(folder, "impatient.lock");
    const caller = new AbortController();
    await exclusively(lock, "test", silent, async () => {
      const wait = exclusively(
        lock,
        "test",
        () => caller.abort(new Error("enough")),
        async () => "in",
        caller.signal,
      );
      expect(await wait.catch((error: Error) => error.message)).to.equal("enough");
    });
    expect(await exclusively(lock, "test", silent, async () => "in")).to.equal("in");
  });

  it("opens again when the work fails", async () => {
    const lock = join(folder, "failing.lock");
    const failing = exclusively(lock, "test", silent, () => Promise.reject(new Error("broken")));
    expect(await failing.catch((error: Error) => error.message)).to.equal("broken");
    expect(await exclusively(lock, "test", silent, async () => "in")).to.equal("in");
  });

  it("takes over a lock whose holder died, even when its number lives on", async () => {
    const lock = join(folder, "stale.lock");
    writeFileSync(lock, JSON.stringify({ pid: process.pid, started: "before the last boot", hold: "gone" }));
    expect(await exclusively(lock, "test", silent, async () => "in")).to.equal("in");
  });

  it("lets only one of many take over a stale lock", async () => {
    const lock = join(folder, "contended.lock");
    writeFileSync(lock, JSON.stringify({ pid: 1, started: "before the last boot", hold: "gone" }));
    let inside = 0;
    const entries = Array.from({ length: 8 }, () =>
      exclusively(lock, "test", silent, async () => {
        inside += 1;
        expect(inside).to.equal(1);
        await new Promise((resolve) => setImmediate(resolve));
        inside -= 1;
      }),
    );
    await Promise.all(entries);
  });

  it("says whom it waits for", async () => {
    const lock = join(folder, "held.lock");
    const lines: string[] = [];
    const hold = new EventEmitter();
    const held = once(hold, "held");
    const holding = exclusively(lock, "a build", silent, async () => {
      hold.emit("held");
      await once(hold, "release");
    });
    await held;
    const waiting = exclusively(
      lock,
      "a build",
      (line) => {
        lines.push(line);
        hold.emit("release");
      },
      async () => "in",
    );
    expect(await waiting).to.equal("in");
    await holding;
    expect(lines).to.deep.equal([`waiting for process ${identify(process.pid)?.pid}, which is busy with a build`]);
  });
});
