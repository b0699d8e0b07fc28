import { LOCAL_REGION } from "@slipway/local";
import { repositoryRoot } from "@slipway/testing";
import { execFileSync } from "node:child_process";
import { mkdtempSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Stack, and environment, of the project. */
export const STACK = "canary";

/** A tracker with its Lambda beside a secret that is a setting, an input, and an output; `leak` gives it away. */
const PROGRAM = `
const pulumi = require("@pulumi/pulumi");
const aws = require("@pulumi/aws");
const { ReleaseTracker } = require("@slipway/release-tracker");

const config = new pulumi.Config();
const token = config.requireSecret("token");
const leaked = config.getSecret("leak");
const projectId = pulumi.getProject();
const tracker = new ReleaseTracker(projectId, { projectId, environments: [{ id: "${STACK}" }], protect: false });
const parameter = new aws.ssm.Parameter("canary", {
  name: "/" + projectId + "/canary",
  type: "SecureString",
  value: pulumi.interpolate\`\${token}!\`,
});
module.exports = {
  releasesTable: tracker.releasesTable,
  deploymentsTable: tracker.deploymentsTable,
  eventBus: tracker.eventBus,
  token,
  parameterValue: parameter.value,
  nested: { deep: [token] },
  ...(leaked === undefined ? {} : { leaked: pulumi.unsecret(leaked) }),
};
`;

/** Where the program is, and how to tell it secrets. */
export interface CanaryProject {
  readonly projectId: string;
  readonly directory: string;
  /** Stores a secret setting; its value goes through standard input. */
  setSecret(key: string, value: string): void;
}

/** Lays the project out and makes its stack, whose secrets are encrypted with the passphrase in `env`. */
export function createCanaryProject(projectId: string, env: NodeJS.ProcessEnv): CanaryProject {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "slipway-canary-")));
  const runtime = { name: "nodejs", options: { typescript: false } };
  writeFileSync(join(directory, "Pulumi.yaml"), JSON.stringify({ name: projectId, runtime }));
  writeFileSync(join(directory, "package.json"), JSON.stringify({ name: projectId, main: "index.js" }));
  writeFileSync(join(directory, "index.js"), PROGRAM);
  const environments = [{ id: STACK, name: "Canary" }];
  writeFileSync(join(directory, ".slipway_project"), JSON.stringify({ [projectId]: { name: "Canary", environments } }));
  symlinkSync(join(repositoryRoot, "node_modules"), join(directory, "node_modules"));
  const pulumi = (args: readonly string[], input = "") =>
    execFileSync("pulumi", [...args, "--stack", STACK, "--non-interactive"], {
      cwd: directory,
      env,
      input,
      stdio: "pipe",
    });
  pulumi(["stack", "init", "--no-select"]);
  pulumi(["config", "set", "aws:region", LOCAL_REGION]);
  return { projectId, directory, setSecret: (key, value) => void pulumi(["config", "set", "--secret", key], value) };
}
