import { ToolMissingError } from "../errors";
import { execute } from "../process/execute";
import { isAtLeast } from "../toolchain/versions";

/** Oldest Python that the emulator runs on. */
export const OLDEST_PYTHON = "3.10";

const CANDIDATES = ["python3", "python3.13", "python3.12", "python3.11", "python3.10", "python"];

/** Prints the version and where the interpreter really is, but only where a virtual environment can be made. */
const PROBE = "import ensurepip, venv, sys, platform; print(platform.python_version(), sys.executable)";

/** Absolute path of a Python that can make virtual environments; throws `ToolMissingError` saying what to install. */
export async function findPython(): Promise<string> {
  for (const candidate of CANDIDATES) {
    const { ok, stdout } = await execute(candidate, ["-c", PROBE], { timeout: 30_000 });
    const [version = "", ...path] = stdout.trim().split(" ");
    if (ok && isAtLeast(version, OLDEST_PYTHON)) return path.join(" ");
  }
  throw new ToolMissingError(
    `Python ${OLDEST_PYTHON} or newer with venv`,
    "run the AWS emulator",
    "install it (Debian and Ubuntu: `apt-get install python3 python3-venv`; others: https://www.python.org/downloads) and run it again",
  );
}
