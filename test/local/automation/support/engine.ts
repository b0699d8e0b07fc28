import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LocalTarget } from "@slipway/automation";
import { pluginLauncher } from "../../../../packages/local/src/plugins/install-plugin";

const repositoryRoot = join(__dirname, "..", "..", "..", "..");

/** A Pulumi home and file backend of its own, with the gate provider installed; the CLI is the one on PATH. */
export interface Engine {
  directory: string;
  /** Pass it as `env` to every call. */
  env: Record<string, string | undefined>;
  /** Writes a JavaScript program and returns the target that runs it. */
  project(name: string, source: string): LocalTarget;
  remove(): void;
}

/** Sets an engine up in a temporary folder. */
export function createEngine(): Engine {
  const directory = mkdtempSync(join(tmpdir(), "slipway-engine-"));
  const home = join(directory, "home");
  const state = join(directory, "state");
  mkdirSync(state);
  installGateProvider(home);
  const env = {
    PULUMI_HOME: home,
    PULUMI_BACKEND_URL: `file://${state}`,
    PULUMI_CONFIG_PASSPHRASE: "test",
    PULUMI_CONFIG_PASSPHRASE_FILE: undefined,
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
  return {
    directory,
    env,
    project: (name, source) => writeProject(directory, name, source),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

function writeProject(directory: string, name: string, source: string): LocalTarget {
  const workDir = join(directory, name);
  mkdirSync(workDir);
  writeFileSync(
    join(workDir, "Pulumi.yaml"),
    JSON.stringify({ name, runtime: { name: "nodejs", options: { typescript: false } } }),
  );
  writeFileSync(join(workDir, "package.json"), JSON.stringify({ name, main: "index.js" }));
  writeFileSync(join(workDir, "index.js"), `const pulumi = require("@pulumi/pulumi");\n${GATE_CLASS}\n${source}\n`);
  symlinkSync(join(repositoryRoot, "node_modules"), join(workDir, "node_modules"));
  return { stack: "dev", workDir };
}

const GATE_CLASS = `class Gate extends pulumi.CustomResource {
  constructor(name, inputs) { super("gate:index:Gate", name, inputs, { version: "1.0.0" }); }
}`;

function installGateProvider(home: string): void {
  const folder = join(home, "plugins", "resource-gate-v1.0.0");
  mkdirSync(folder, { recursive: true });
  const program = [process.execPath, join(__dirname, "gate-provider.mjs")];
  writeFileSync(join(folder, "pulumi-resource-gate"), pluginLauncher(program), { mode: 0o755 });
}
