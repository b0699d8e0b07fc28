import { existsSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import * as provider from "@pulumi/pulumi/provider";
import { endWithParent } from "../../../../packages/local/src/plugin-life";

interface GateInputs {
  /** File that must exist before the operation ends; none: it ends at once. */
  gate?: string;
  /** Makes the operation fail with this message. */
  fail?: string;
}

async function pass({ gate, fail }: GateInputs): Promise<void> {
  // By now the engine has recorded the operation as pending.
  if (gate !== undefined) writeFileSync(`${gate}.entered`, "");
  while (gate !== undefined && !existsSync(gate)) await pause(20);
  if (fail !== undefined) throw new Error(fail);
}

/** A resource provider without a cloud: operations wait for a file, or fail as told, so that tests decide when. */
const gateProvider: provider.Provider = {
  version: "1.0.0",
  async create(_urn, inputs: GateInputs) {
    await pass(inputs);
    return { id: "made", outs: inputs };
  },
  async update(_id, _urn, _olds, inputs: GateInputs) {
    await pass(inputs);
    return { outs: inputs };
  },
  async diff(_id, _urn, olds, news) {
    return { changes: JSON.stringify(olds) !== JSON.stringify(news) };
  },
  async read(id, _urn, props) {
    return { id, props };
  },
  async delete() {},
};

// Where the engine is killed, the SDK would go on for good, telling a closed pipe that it is closed.
endWithParent();
void provider.main(gateProvider, process.argv.slice(2));
