import {
  CancelledError,
  inspect,
  LockHolderAliveError,
  recover,
  StackLockedError,
  unlock,
  up,
  type InlineTarget,
  type LocalTarget,
  type ProgressEvent,
} from "@slipway/automation";
import { rejectionOf } from "@slipway/testing";
import { expect } from "chai";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createEngine, type Engine } from "./support/engine";
import { killTree } from "./support/kill-tree";
import { waitFor, waitForFile } from "./support/wait-for";

describe("automation: interrupted updates of the real engine", function () {
  this.timeout(60_000);
  let engine: Engine;

  beforeEach(() => (engine = createEngine()));
  afterEach(() => engine.remove());

  /** Starts an update that waits inside the creation of `gated` until `open` is called. */
  async function startGated(target: LocalTarget, options: { signal?: AbortSignal; forceSignal?: AbortSignal } = {}) {
    const gate = join(engine.directory, "gate");
    const update = up(target, { env: engine.env, createStack: true, ...options });
    update.catch(() => undefined);
    await Promise.race([waitForFile(`${gate}.entered`), update]);
    return { update, open: () => writeFileSync(gate, "") };
  }

  const gatedProject = (name: string) =>
    engine.project(name, `new Gate("gated", { gate: ${JSON.stringify(join(engine.directory, "gate"))} });`);

  /** Process id in the lock file that the CLI itself wrote. */
  function lockOwner(target: LocalTarget): number {
    const folder = join(engine.directory, "state", ".pulumi", "locks", "organization", basename(target), "dev");
    const [file = ""] = readdirSync(folder);
    return (JSON.parse(readFileSync(join(folder, file), "utf8")) as { pid: number }).pid;
  }

  it("F12 R6 an update killed half way is explained, unlocked and recovered, and its creation is never forgotten unasked", async () => {
    const target = gatedProject("killed");
    const { env } = engine;
    const { update } = await startGated(target);
    killTree(lockOwner(target));
    await rejectionOf(update);

    const locked = await rejectionOf(up(target, { env }));
    if (!(locked instanceof StackLockedError)) throw locked;
    expect(locked.holders.map(({ state }) => state)).to.deep.equal(["dead"]);
    expect(locked.hint).to.contain("recover");

    const found = await inspect(target, { env });
    expect(found.locks?.map(({ state }) => state)).to.deep.equal(["dead"]);
    expect(found.pendingOperations.map(({ operation, name }) => `${operation} ${name}`)).to.deep.equal([
      "creating gated",
    ]);
    expect(found.findings).to.have.length(2);

    const dry = await recover(target, { env, dryRun: true, clearPendingCreates: true });
    expect(dry).to.deep.include({ steps: ["unlock", "refresh", "clear-pending-creates"], outcome: "dry-run" });
    expect((await inspect(target, { env })).locks).to.have.length(1);

    const kept = await recover(target, { env });
    expect(kept).to.deep.include({ steps: ["unlock", "refresh"], outcome: "needs-attention" });
    expect(kept.remaining).to.have.length(1);

    const cleared = await recover(target, { env, clearPendingCreates: true });
    expect(cleared).to.deep.include({
      steps: ["refresh", "clear-pending-creates"],
      outcome: "recovered",
      remaining: [],
    });
    expect((await recover(target, { env })).steps).to.deep.equal([]);
  });

  it("tells who holds the lock, and refuses to take it from a living update unless forced", async () => {
    const target = gatedProject("busy");
    const { env } = engine;
    const { update, open } = await startGated(target);

    const locked = await rejectionOf(up(target, { env }));
    if (!(locked instanceof StackLockedError)) throw locked;
    expect(locked.holders[0]).to.include({ pid: lockOwner(target), state: "alive" });
    expect(locked.message).to.match(/locked by \S+@\S+ \(pid \d+, still running\) since \d{4}-/);

    expect(await rejectionOf(unlock(target, { env }))).to.be.instanceOf(LockHolderAliveError);
    expect(await rejectionOf(recover(target, { env }))).to.be.instanceOf(LockHolderAliveError);
    expect((await unlock(target, { env, dryRun: true })).action).to.equal("would-unlock");
    expect((await inspect(target, { env })).locks).to.have.length(1);

    open();
    expect((await update).changes.create).to.equal(2);
    expect((await unlock(target, { env })).action).to.equal("nothing-to-do");
  });

  it("cancels gracefully: what runs finishes and is recorded, and the lock is free", async () => {
    const target = gatedProject("graceful");
    const abort = new AbortController();
    const { update, open } = await startGated(target, { signal: abort.signal });
    abort.abort();
    open();
    const error = await rejectionOf(update);
    if (!(error instanceof CancelledError)) throw error;
    expect(error).to.deep.include({ pending: [], forced: false, code: "cancelled" });
    expect(await inspect(target, { env: engine.env })).to.deep.include({ locks: [], pendingOperations: [] });
  });

  it("ends at once on the second signal and names what is pending", async () => {
    const target = gatedProject("forced");
    const [gentle, force] = [new AbortController(), new AbortController()];
    const { update } = await startGated(target, { signal: gentle.signal, forceSignal: force.signal });
    gentle.abort();
    force.abort();
    const error = await rejectionOf(update);
    if (!(error instanceof CancelledError)) throw error;
    expect(error.forced).to.equal(true);
    expect(error.pending.map(({ operation, name }) => `${operation} ${name}`)).to.deep.equal(["creating gated"]);
    const { locks, pendingOperations } = await inspect(target, { env: engine.env });
    expect(locks).to.deep.equal([]);
    expect(pendingOperations).to.have.length(1);
  });

  it("cancels an inline program that never returns", async () => {
    const started = waitFor<ProgressEvent>(({ kind }) => kind === "resource");
    const target: InlineTarget = { stack: "dev", project: "endless", program: () => new Promise(() => undefined) };
    const abort = new AbortController();
    const { env } = engine;
    const update = up(target, { env, createStack: true, signal: abort.signal, onEvent: started.onEvent });
    await Promise.race([started.seen, update]);
    abort.abort(new Error("took too long"));
    const error = await rejectionOf(update);
    expect(error).to.be.instanceOf(CancelledError);
    expect(error.cause).to.have.property("message", "took too long");
  });
});

function basename({ workDir }: LocalTarget): string {
  return workDir.split("/").at(-1) ?? "";
}
