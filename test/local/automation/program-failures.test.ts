import { up, UpdateFailedError } from "@slipway/automation";
import { rejectionOf } from "@slipway/testing";
import { expect } from "chai";
import { execFile } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { LOST_ENGINE } from "../../../packages/automation/src/program/lost-engine";
import { createEngine, type Engine } from "./support/engine";
import { waitForFile } from "./support/wait-for";

const run = promisify(execFile);

describe("automation: programs and resources that fail", function () {
  this.timeout(90_000);
  let engine: Engine;

  before(() => (engine = createEngine()));
  after(() => engine.remove());

  async function inlineOutcomes(...names: string[]): Promise<string[]> {
    const script = join(__dirname, "support", "inline-failure.ts");
    const { stdout } = await run(process.execPath, ["--import", "tsx", script, ...names], {
      env: { ...process.env, ...engine.env },
    });
    return stdout.trim().split(/\n(?=\S)/);
  }

  it("turns every way in which an inline program fails into an error, survives it, and runs the next one", async () => {
    const failed = "UpdateFailedError: stack dev:";
    expect(
      await inlineOutcomes("throws", "throws inside apply", "rejects unawaited", "misses a setting", "fine"),
    ).to.deep.equal([
      `throws -> ${failed} program broke`,
      `throws inside apply -> ${failed} inside apply`,
      `rejects unawaited -> ${failed} nobody awaits`,
      `misses a setting -> ${failed} Missing required configuration variable 'failing:size'\n\tplease set a value using the command \`pulumi config set failing:size <value>\``,
      "fine -> succeeded, 1 the same",
    ]);
  });

  it("fails, and deletes nothing, when an inline program loses the engine", async () => {
    expect((await inlineOutcomes("has two", "loses the engine", "has two")).slice(1)).to.deep.equal([
      `loses the engine -> UpdateFailedError: stack dev: ${LOST_ENGINE}`,
      "has two -> succeeded, 3 the same",
    ]);
  });

  it("fails, and deletes nothing, when a program in a folder loses the engine", async () => {
    const source = `
      const { existsSync } = require("node:fs");
      const monitor = require("@pulumi/pulumi/runtime").getMonitor();
      const unavailable = Object.assign(new Error("UNAVAILABLE"), { code: 14 });
      if (existsSync("lost")) monitor.registerResource = (...args) => args.at(-1)(unavailable);
      new Gate("first", {}); new Gate("second", {});`;
    const target = engine.project("lost", source);
    await up(target, { env: engine.env, createStack: true });
    writeFileSync(join(target.workDir, "lost"), "");
    const error = await rejectionOf(up(target, { env: engine.env }));
    expect(error.message).to.equal(`stack dev: ${LOST_ENGINE}`);
    rmSync(join(target.workDir, "lost"));
    expect((await up(target, { env: engine.env })).changes).to.deep.include({ same: 3, create: 0 });
  });

  it("does not hang when a program fails and never returns", async () => {
    expect(await inlineOutcomes("throws later and never returns")).to.deep.equal([
      "throws later and never returns -> UpdateFailedError: stack dev: much later",
    ]);
  });

  it("tells the hint of a program's own error of Slipway's, and tells it once", async () => {
    const core = JSON.stringify(require.resolve("@slipway/core"));
    const target = engine.project(
      "slipwayerror",
      `const { InvalidInputError } = require(${core}); new Gate("good", {}); throw new InvalidInputError("size", "is missing", "give a number");`,
    );
    const error = await rejectionOf(up(target, { env: engine.env, createStack: true }));
    if (!(error instanceof UpdateFailedError)) throw error;
    expect(error.message).to.equal("stack dev: InvalidInputError: [size] is missing");
    expect(error.hint).to.match(/^give a number, and run it again;/);
  });

  it("lists each failed resource with the provider's reason", async () => {
    const gates = ["bad", "worse"].map((name) => join(engine.directory, name));
    const [bad = "", worse = ""] = gates.map((gate) => `gate: ${JSON.stringify(gate)}`);
    const target = engine.project(
      "twofail",
      `new Gate("bad", { ${bad}, fail: "no such bucket" }); new Gate("worse", { ${worse}, fail: "quota exceeded" }); new Gate("good", {});`,
    );
    const failed = rejectionOf(up(target, { env: engine.env, createStack: true }));
    // The engine begins nothing more after the first failure.
    await Promise.race([Promise.all(gates.map((gate) => waitForFile(`${gate}.entered`))), failed]);
    for (const gate of gates) writeFileSync(gate, "");
    const error = await failed;
    if (!(error instanceof UpdateFailedError)) throw error;
    const failures = error.failures.map(({ urn, message }) => `${urn?.split("::").at(-1)}: ${message}`);
    expect(failures.sort()).to.deep.equal(["bad: no such bucket", "worse: quota exceeded"]);
    expect(error.message).to.match(/^stack dev: (bad: no such bucket|worse: quota exceeded) \(and 1 more\)$/);
  });
});
