import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A folder for the front of PATH whose `pulumi` writes its command line down before it runs the real one. */
export function recordingShim(directory: string): { folder: string; commandLines(): string[] } {
  const folder = mkdtempSync(join(directory, "shim-"));
  const record = join(folder, "command-lines");
  const real = execFileSync("sh", ["-c", "command -v pulumi"], { encoding: "utf8" }).trim();
  const script = `#!/bin/sh\necho "$*" >> "${record}"\nexec "${real}" "$@"\n`;
  writeFileSync(join(folder, "pulumi"), script, { mode: 0o755 });
  return { folder, commandLines: () => (existsSync(record) ? readFileSync(record, "utf8").trim().split("\n") : []) };
}
