import { join } from "node:path";
import type { Progress } from "../local-environment";
import { installPythonEnvironment } from "./python-environment";

/** Version of the AWS emulator (`ministack` on PyPI). */
export const EMULATOR_VERSION = "1.5.33";

/** Every package of the emulator, pinned and with its checksums. */
const REQUIREMENTS = join(__dirname, "..", "..", "toolchain", "emulator", "requirements.txt");

/** Resolves with the absolute path of the interpreter that runs the emulator, installed once per machine. */
export const installEmulator = (cacheDirectory: string, progress: Progress): Promise<string> =>
  installPythonEnvironment(
    {
      what: `the AWS emulator (ministack ${EMULATOR_VERSION})`,
      distribution: "ministack",
      version: EMULATOR_VERSION,
      requirements: REQUIREMENTS,
      // What the emulator loads late, so that a damaged installation shows here and not in the middle.
      modules: ["docker", "httptools", "hypercorn", "uvicorn"],
    },
    cacheDirectory,
    progress,
  );
