import { expect } from "chai";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { ENGINE_PROCESS_VARIABLE } from "../src/plugin-life";
import { PLUGIN_PACKAGES } from "../src/plugins/plugin-package";

const MODULE = JSON.stringify(resolve(__dirname, "..", "dist", "plugin-life.js"));

/** A plugin that would run for ever, started by an engine; both write to the same pipe. */
const PLUGIN = `require(${MODULE}).endWithParent(); setInterval(() => {}, 1e6); console.log("up");`;
const ENGINE = `require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(PLUGIN)}], { stdio: "inherit" }); setInterval(() => {}, 1e6);`;

const built = (standIn: string): string => standIn.replace(/([/\\])src([/\\])/, "$1dist$2");

describe("a plugin's life", () => {
  it("ends when its engine is killed", async () => {
    const engine = spawn(process.execPath, ["-e", ENGINE], { stdio: ["ignore", "pipe", "inherit"] });
    const closed = once(engine.stdout, "close");
    const [line] = (await once(engine.stdout, "data")) as [Buffer];

    engine.kill("SIGKILL");
    engine.stdout.resume();
    await closed;

    expect(line.toString()).to.equal("up\n");
  });

  for (const { name, standIn } of PLUGIN_PACKAGES) {
    it(`of the ${name} stand-in ends though its engine was killed before it was loaded`, async () => {
      const engine = spawn(process.execPath, ["-e", ""]);
      await once(engine, "exit");
      const env = { ...process.env, [ENGINE_PROCESS_VARIABLE]: String(engine.pid) };

      const plugin = spawn(process.execPath, [built(standIn), "127.0.0.1:1"], { env, stdio: "ignore" });

      expect(await once(plugin, "exit")).to.deep.equal([0, null]);
    });
  }
});
