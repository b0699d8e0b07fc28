// Before anything that loads Pulumi's SDK, which mocha would load first.
import "../../packages/automation/src/program/lean-sdk";
import { localDown, localUp, type LocalEnvironment } from "@slipway/local";
import { createProject } from "@slipway/testing";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Engines live for seconds: they need not tidy up what fits into memory. */
const ENGINE = { GOGC: "off", GOMEMLIMIT: "1GiB" };

let current: LocalEnvironment | undefined;
let directory: string | undefined;

/** The local environment that all tests of this run share. Tests keep apart by names of their own. */
export function localEnvironment(): LocalEnvironment {
  if (current === undefined) throw new Error("the local environment is up between the root hooks only");
  return current;
}

/** Mocha's root hooks: one emulator, one task runner and one engine home for the whole run. */
export const mochaHooks = {
  async beforeAll(this: Mocha.Context): Promise<void> {
    this.timeout(0);
    directory = createProject(mkdtempSync(join(tmpdir(), "slipway-test-")));
    current = await localUp({ directory, progress: (line) => process.stderr.write(`${line}\n`) });
    Object.assign(process.env, current.env, ENGINE);
    for (const name of current.unset) delete process.env[name];
  },

  async afterAll(this: Mocha.Context): Promise<void> {
    this.timeout(60_000);
    if (directory === undefined) return;
    await localDown({ directory });
    rmSync(directory, { recursive: true });
  },
};
