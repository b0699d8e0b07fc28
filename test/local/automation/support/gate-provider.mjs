// A resource provider without a cloud: operations wait for a file, or fail as told, so that tests decide when. Plain
// JavaScript, since it starts with every engine of these tests: a loader of TypeScript would take longer than the rest.
import { existsSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import provider from "@pulumi/pulumi/provider/index.js";
import { endWithParent } from "../../../../packages/local/dist/plugin-life.js";

/**
 * @param {object} inputs
 * @param {string} [inputs.gate] File that must exist before the operation ends; none: it ends at once.
 * @param {string} [inputs.fail] Makes the operation fail with this message.
 */
async function pass({ gate, fail }) {
  // By now the engine has recorded the operation as pending.
  if (gate !== undefined) writeFileSync(`${gate}.entered`, "");
  while (gate !== undefined && !existsSync(gate)) await pause(20);
  if (fail !== undefined) throw new Error(fail);
}

const gateProvider = {
  version: "1.0.0",
  async create(_urn, inputs) {
    await pass(inputs);
    return { id: "made", outs: inputs };
  },
  async update(_id, _urn, _olds, inputs) {
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
