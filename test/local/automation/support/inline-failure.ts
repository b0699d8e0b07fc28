// Runs one inline program that fails in its own way, in a process of its own as a CI script would, and prints what up()
// rejected with. Whether the process survives is part of what is tested.
import * as pulumi from "@pulumi/pulumi";
import { up } from "@slipway/automation";

class Gate extends pulumi.CustomResource {
  constructor(name: string, inputs: pulumi.Inputs) {
    super("gate:index:Gate", name, inputs, { version: "1.0.0" });
  }
}

const broken = (gate: Gate) =>
  gate.id.apply((): string => {
    throw new Error("inside apply");
  });

const PROGRAMS: Record<string, () => Promise<void>> = {
  async fine() {},
  async throws() {
    throw new Error("program broke");
  },
  async "throws inside apply"() {
    new Gate("second", { input: broken(new Gate("first", {})) });
  },
  async "has two"() {
    new Gate("first", {});
    new Gate("second", {});
  },
  async "loses the engine"() {
    loseEngine();
    new Gate("first", {});
    new Gate("second", {});
  },
  async "rejects unawaited"() {
    void Promise.reject(new Error("nobody awaits"));
    new Gate("first", {});
  },
  async "misses a setting"() {
    new pulumi.Config().require("size");
  },
  async "throws later and never returns"() {
    setTimeout(() => {
      throw new Error("much later");
    }, 10);
    await new Promise(() => undefined);
  },
};

/** Every registration from now on ends as when the connection to the engine breaks. */
function loseEngine(): void {
  const monitor: object = pulumi.runtime.getMonitor() ?? {};
  const unavailable = Object.assign(new Error("UNAVAILABLE"), { code: 14 });
  const registerResource = (...args: unknown[]) => (args.at(-1) as (error: Error) => void)(unavailable);
  Object.assign(monitor, { registerResource });
}

async function main([, , ...names]: string[]): Promise<void> {
  for (const name of names) {
    const program = PROGRAMS[name];
    if (program === undefined) throw new Error(`no program ${name}`);
    const outcome = await up({ stack: "dev", project: "failing", program }, { createStack: true }).then(
      ({ changes }) => `succeeded, ${changes.same} the same`,
      (error: Error) => `${error.name}: ${error.message}`,
    );
    process.stdout.write(`${name} -> ${outcome}\n`);
  }
}

void main(process.argv);
