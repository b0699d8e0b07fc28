import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { installPythonEnvironment } from "../../../packages/local/src/emulator/python-environment";
import { readSettings } from "../../../packages/local/src/settings";
import { settingsOf } from "../../local/artefact-promotion/support";

const VERSION = "1.46.2";

/** The AWS command line, as a peer. */
export interface AwsCli {
  /** As it says itself. */
  readonly version: string;
  /** Runs a command against an endpoint. @throws when it fails. */
  run(endpoint: string, ...args: readonly string[]): Promise<void>;
}

/** Installs the peer, once per machine, in Slipway's own cache: nothing says that the machine has it. */
export async function installAwsCli(account: string): Promise<AwsCli> {
  const python = await installPythonEnvironment(
    {
      what: `the peer aws (awscli ${VERSION})`,
      distribution: "awscli",
      version: VERSION,
      requirements: join(__dirname, "aws-cli", "requirements.txt"),
      modules: ["awscli.clidriver"],
    },
    readSettings(process.env).cacheDirectory,
    (line) => process.stderr.write(`${line}\n`),
  );
  const run = (endpoint: string, ...args: readonly string[]) =>
    promisify(execFile)(python, ["-m", "awscli", ...args], { env: environmentOf(account, endpoint) });
  const { stdout } = await run("", "--version");
  return { version: stdout.trim(), run: async (...args) => void (await run(...args)) };
}

/** Nothing of the person's own settings: they would be part of the figure. */
function environmentOf(account: string, endpoint: string): NodeJS.ProcessEnv {
  const { region, credentials } = settingsOf(account);
  return {
    PATH: process.env["PATH"],
    HOME: process.env["HOME"],
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  };
}
