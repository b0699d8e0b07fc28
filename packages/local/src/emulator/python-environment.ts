import { join } from "node:path";
import { findPython } from "./python";
import { InstallFailedError } from "../errors";
import type { Progress } from "../local-environment";
import { execute } from "../process/execute";
import { withHeartbeat } from "../progress";
import { installOnce } from "../toolchain/install-once";

/** A program of PyPI with all that it needs, in a virtual environment of its own. */
export interface PythonEnvironment {
  /** Name for a person. */
  readonly what: string;
  /** Name on PyPI. */
  readonly distribution: string;
  readonly version: string;
  /** Absolute path of the file that has every package, pinned and with its checksums. */
  readonly requirements: string;
  /** Modules that tell, by being imported, that the installation is whole. */
  readonly modules: readonly string[];
}

const PIP_LIMIT_MS = 15 * 60_000;

/** Resolves with the absolute path of the interpreter that runs the program, installed once per machine. */
export async function installPythonEnvironment(
  environment: PythonEnvironment,
  cacheDirectory: string,
  progress: Progress,
): Promise<string> {
  const { what, distribution, version } = environment;
  const target = join(cacheDirectory, distribution, version);
  await installOnce(
    {
      what,
      target,
      isUsable: async () => (await installedVersion(environment, interpreterOf(target))) === version,
      install: (folder) =>
        withHeartbeat(progress, `installing ${what} (once per machine)`, () => installInto(environment, folder)),
    },
    progress,
  );
  return interpreterOf(target);
}

async function installInto({ distribution, version, requirements }: PythonEnvironment, folder: string): Promise<void> {
  const step = async (name: string, command: string, args: readonly string[]): Promise<void> => {
    const result = await execute(command, args, { timeout: PIP_LIMIT_MS });
    if (!result.ok) throw new InstallFailedError(`${distribution} ${version}`, name, result.summary);
  };
  await step("python -m venv", await findPython(), ["-m", "venv", folder]);
  const pip = ["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--prefer-binary"];
  await step("pip install", interpreterOf(folder), [...pip, "--require-hashes", "--requirement", requirements]);
}

async function installedVersion({ distribution, modules }: PythonEnvironment, interpreter: string): Promise<string> {
  const imports = ["importlib.metadata", ...modules].join(", ");
  const probe = `import ${imports}; print(importlib.metadata.version("${distribution}"))`;
  return (await execute(interpreter, ["-c", probe], { timeout: 60_000 })).stdout.trim();
}

/** A virtual environment that was moved still runs through its interpreter; its other scripts name the old folder. */
const interpreterOf = (folder: string): string => join(folder, "bin", "python");
