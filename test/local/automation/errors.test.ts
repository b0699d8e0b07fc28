import { type SlipwayError } from "@slipway/core";
import { destroy, history, inspect, outputs, preview, up } from "@slipway/automation";
import type { LocalTarget } from "@slipway/automation";
import { rejectionOf } from "@slipway/testing";
import { expect } from "chai";
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { createEngine, type Engine } from "./support/engine";

describe("automation: errors of the real CLI", function () {
  this.timeout(60_000);
  let engine: Engine;
  let target: LocalTarget;

  before(async () => {
    engine = createEngine();
    target = engine.project("plain", `module.exports = { token: pulumi.secret("canary-77") };`);
    await up(target, { env: engine.env, createStack: true });
  });
  after(() => engine.remove());

  async function failing(overlay: Record<string, string | undefined>, of = target): Promise<SlipwayError> {
    const error = await rejectionOf(up(of, { env: { ...engine.env, ...overlay } }));
    return error as SlipwayError;
  }

  it("names a stack that does not exist, in every function", async () => {
    const absent = { ...target, stack: "absent" };
    const { env } = engine;
    const calls = [up, preview, destroy, outputs, history, inspect];
    const errors = await Promise.all(calls.map((call) => rejectionOf(call(absent, { env }))));
    for (const error of errors) {
      expect(error).to.include({ code: "stack-not-found", stackName: "absent", retryable: false });
    }
  });

  it("tells a wrong passphrase from a missing one", async () => {
    expect(await failing({ PULUMI_CONFIG_PASSPHRASE: "guess" })).to.include({ code: "passphrase", problem: "wrong" });
    expect(await failing({ PULUMI_CONFIG_PASSPHRASE: undefined })).to.include({
      code: "passphrase",
      problem: "missing",
    });
  });

  it("says that the CLI is missing and how to get it", async () => {
    const error = await failing({ PATH: "/nonexistent" });
    expect(error).to.include({ code: "cli-missing" });
    expect(error.hint).to.contain("slipway local env");
  });

  it("says that the backend cannot be used", async () => {
    const backends = [
      { PULUMI_BACKEND_URL: `file://${engine.directory}/nowhere` },
      { PULUMI_BACKEND_URL: "http://127.0.0.1:9", PULUMI_ACCESS_TOKEN: "canary-token" },
      { PULUMI_BACKEND_URL: undefined, PULUMI_HOME: mkdtempSync(join(engine.directory, "fresh-")) },
    ];
    for (const backend of backends) {
      const error = await failing(backend);
      expect(error).to.include({ code: "backend-unavailable", retryable: true });
      expect(error.message).not.to.contain("canary-token");
    }
  });

  it("names the folder that holds no project", async () => {
    const workDir = mkdtempSync(join(engine.directory, "empty-"));
    expect(await failing({}, { stack: "dev", workDir })).to.include({ code: "project-not-found", workDir });
    const gone = join(workDir, "gone");
    expect(await failing({}, { stack: "dev", workDir: gone })).to.include({ code: "project-not-found", workDir: gone });
  });

  it("names a plugin that is not installed", async () => {
    const program = `class Odd extends pulumi.CustomResource {}; new Odd("odd:index:Odd", "odd", {}, { version: "9.9.9" });`;
    const error = await rejectionOf(up(engine.project("odd", program), { env: engine.env, createStack: true }));
    expect(error).to.include({ code: "plugin-missing" });
    expect(error.message).to.contain("odd");
  });

  it("tells an endpoint that does not answer, and refused credentials, from trouble of one resource", async () => {
    const refused = engine.project("refused", `new Gate("a", { fail: "connect ECONNREFUSED 127.0.0.1:4566" });`);
    const unreachable = await rejectionOf(up(refused, { env: engine.env, createStack: true }));
    expect(unreachable).to.include({ code: "endpoint-unreachable", endpoint: "127.0.0.1:4566", retryable: true });

    const denied = engine.project("denied", `new Gate("a", { fail: "InvalidClientTokenId: the token is invalid" });`);
    expect(await rejectionOf(up(denied, { env: engine.env, createStack: true }))).to.include({ code: "auth" });
  });

  it("refuses a stack name that is none before it starts anything", async () => {
    const error = await failing({ PATH: "/nonexistent" }, { ...target, stack: "--show-secrets" });
    expect(error).to.include({ code: "invalid-input", field: "stack" });
  });
});
