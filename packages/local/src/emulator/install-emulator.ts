import { join } from "node:path";
import { InstallFailedError } from "../errors";
import type { Progress } from "../local-environment";
import { execute } from "../process/execute";
import { withHeartbeat } from "../progress";
import { installOnce } from "../toolchain/install-once";
import { findPython } from "./python";

/** Version of the AWS emulator (`ministack` on PyPI). */
export const EMULATOR_VERSION = "1.5.33";

/** Every package of the emulator, pinned and with its checksums. */
const REQUIREMENTS = join(__dirname, "..", "..", "toolchain", "emulator", "requirements.txt");

const PIP_LIMIT_MS = 15 * 60_000;

/** Also imports what the emulator loads late, so that a damaged installation shows here and not in the middle. */
const PROBE = `import importlib.metadata as m, docker, hypercorn; print(m.version("ministack"))`;

/** Resolves with the absolute path of the interpreter that runs the emulator, installed once per machine. */
export async function installEmulator(cacheDirectory: string, progress: Progress): Promise<string> {
  const what = `the AWS emulator (ministack ${EMULATOR_VERSION})`;
  const target = join(cacheDirectory, "ministack", EMULATOR_VERSION);
  await installOnce(
    {
      what,
      target,
      isUsable: async () => (await installedVersion(interpreterOf(target))) === EMULATOR_VERSION,
      install: (folder) => withHeartbeat(progress, `installing ${what} (once per machine)`, () => installInto(folder)),
    },
    progress,
  );
  return interpreterOf(target);
}

async function installInto(folder: string): Promise<void> {
  const python = await findPython();
  await step("python -m venv", python, ["-m", "venv", folder]);
  const pip = ["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--prefer-binary"];
  await step("pip install", interpreterOf(folder), [...pip, "--require-hashes", "--requirement", REQUIREMENTS]);
}

async function step(name: string, command: string, args: readonly string[]): Promise<void> {
  const result = await execute(command, args, { timeout: PIP_LIMIT_MS });
  if (!result.ok) throw new InstallFailedError(`ministack ${EMULATOR_VERSION}`, name, result.summary);
}

async function installedVersion(interpreter: string): Promise<string> {
  return (await execute(interpreter, ["-c", PROBE], { timeout: 60_000 })).stdout.trim();
}

/** A virtual environment that was moved still runs through its interpreter; its other scripts name the old folder. */
const interpreterOf = (environment: string): string => join(environment, "bin", "python");
