import * as pulumi from "@pulumi/pulumi";
import { destroy, history, outputs, preview, refresh, revealOutput, up } from "@slipway/automation";
import type { InlineTarget, LocalTarget, ProgressEvent } from "@slipway/automation";
import { expect } from "chai";
import { inspect as print } from "node:util";
import { createEngine, type Engine } from "./support/engine";
import { recordingShim } from "./support/recording-shim";

const CANARY = "canary-5f1c9e";

describe("automation: operations on the real engine", function () {
  this.timeout(60_000);
  let engine: Engine;
  let target: LocalTarget;

  before(() => {
    engine = createEngine();
    target = engine.project(
      "life",
      `new Gate("first", { note: "plain", token: pulumi.secret("${CANARY}") });
       new pulumi.ComponentResource("test:index:Group", "group", {}, {});
       module.exports = { url: "http://x", password: pulumi.secret("${CANARY}"), nested: { deep: [pulumi.secret("${CANARY}")] }, count: 2 };`,
    );
  });
  after(() => engine.remove());

  it("plans, creates, finds nothing left to do, and destroys, with plain results", async () => {
    const { env } = engine;
    const planned = await preview(target, { env, createStack: true });
    expect(planned.changes).to.include({ create: 3, same: 0 });
    expect(planned.hasChanges).to.equal(true);

    const created = await up(target, { env, message: "release 1" });
    expect(created.changes).to.include({ create: 3 });
    expect(created.resources.map(({ name, operation }) => `${operation} ${name}`)).to.include("create first");
    expect(created.durationMs).to.be.greaterThan(0);

    const again = await up(target, { env, refresh: true });
    expect(again.hasChanges).to.equal(false);
    expect(again.changes).to.include({ same: 3, create: 0, update: 0 });
    expect((await refresh(target, { env })).hasChanges).to.equal(false);

    const [latest, first] = (await history(target, { env, limit: 10 })).filter(({ kind }) => kind === "update");
    expect(latest?.result).to.equal("succeeded");
    expect(first?.message).to.equal("release 1");

    expect((await preview(target, { env, operation: "destroy" })).changes.delete).to.equal(3);
    expect((await destroy(target, { env, removeStack: true })).changes.delete).to.equal(3);
  });

  it("marks secret outputs, and no secret appears in results, events or printed errors", async () => {
    const { env } = engine;
    const events: ProgressEvent[] = [];
    const result = await up(target, { env, createStack: true, onEvent: (event) => events.push(event) });
    const read = await outputs(target, { env });

    expect(result.outputs).to.deep.equal({
      url: { value: "http://x", secret: false },
      password: { value: undefined, secret: true },
      nested: { value: undefined, secret: true },
      count: { value: 2, secret: false },
    });
    expect(read).to.deep.equal(result.outputs);
    expect(print([result, events, read, await history(target, { env })], { depth: null })).not.to.contain(CANARY);
    expect(await revealOutput(target, "password", { env })).to.equal(CANARY);
    expect(await revealOutput(target, "absent", { env })).to.equal(undefined);
  });

  it("starts one CLI process for an update, local or inline, and puts no secret on its command line", async () => {
    const shim = recordingShim(engine.directory);
    const env = { ...engine.env, PATH: `${shim.folder}:${process.env["PATH"]}` };
    await up(target, { env });
    expect(shim.commandLines()).to.have.length(1);
    const inline = { stack: "dev", project: "counted", program: async () => ({ token: pulumi.secret(CANARY) }) };
    await up(inline, { env: engine.env, createStack: true });
    await up(inline, { env });
    expect(shim.commandLines()).to.have.length(2);
    expect(shim.commandLines().join()).not.to.contain(CANARY);
  });

  it("reports each resource as it starts and finishes, and the summary last", async () => {
    const events: ProgressEvent[] = [];
    const eventful = { ...target, stack: "eventful" };
    await up(eventful, { env: engine.env, createStack: true, onEvent: (event) => events.push(event) });
    const ofFirst = events.filter((event) => event.kind === "resource" && event.name === "first");
    expect(ofFirst.map((event) => event.kind === "resource" && event.phase)).to.deep.equal(["started", "finished"]);
    expect(events.at(-1)?.kind).to.equal("summary");
  });

  it("names the properties that an update changes, and acts on targets only", async () => {
    const source = (note: string) => async () => {
      for (const name of ["one", "two"]) new Gate(name, { note });
    };
    const inline = (note: string): InlineTarget => ({ stack: "dev", project: "targeted", program: source(note) });
    const { env } = engine;
    await up(inline("old"), { env, createStack: true });
    const result = await up(inline("new"), { env, targets: ["**::one"] });
    expect(result.changes).to.include({ update: 1 });
    const updated = result.resources.filter(({ operation }) => operation === "update");
    expect(updated.map(({ name, changedProperties }) => ({ name, changedProperties }))).to.deep.equal([
      { name: "one", changedProperties: ["note"] },
    ]);
  });

  it("runs two inline programs that are started together one after the other", async () => {
    const running: string[] = [];
    const inline = (stack: string): InlineTarget => ({
      stack,
      project: "together",
      config: { "together:greeting": `hello ${stack}` },
      program: async () => {
        running.push(`start ${stack}`);
        const greeting = new pulumi.Config().require("greeting");
        await new Promise((resolve) => setImmediate(resolve));
        running.push(`end ${stack}`);
        return { greeting };
      },
    });
    const { env } = engine;
    const [a, b] = await Promise.all(["a", "b"].map((stack) => up(inline(stack), { env, createStack: true })));
    expect(a?.outputs["greeting"]).to.deep.equal({ value: "hello a", secret: false });
    expect(b?.outputs["greeting"]).to.deep.equal({ value: "hello b", secret: false });
    // `createStack` runs the program once only: the missing stack is noticed before it. Which of the two comes first is open.
    const turns = [running.slice(0, 2), running.slice(2)].sort();
    expect(turns).to.deep.equal([
      ["start a", "end a"],
      ["start b", "end b"],
    ]);
  });
});

class Gate extends pulumi.CustomResource {
  constructor(name: string, inputs: pulumi.Inputs) {
    super("gate:index:Gate", name, inputs, { version: "1.0.0" });
  }
}
