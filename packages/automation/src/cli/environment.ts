import { join } from "node:path";

// Loaders and inspectors of the calling process break the language host and the plugins that the CLI starts.
const CALLERS_OWN = ["NODE_OPTIONS", "NODE_INSPECT_RESUME_ON_START"];

/** What programs load before anything of theirs. */
const PRELOADED = ["plain-errors.js", "fail-without-engine.js", "lean-sdk.js"].map((name) =>
  join(__dirname, "..", "program", name),
);

const FIXED = {
  NODE_OPTIONS: PRELOADED.map((path) => `--require ${JSON.stringify(path)}`).join(" "),
  PULUMI_AUTOMATION_API: "true",
  PULUMI_SKIP_UPDATE_CHECK: "true",
  /** Makes `preview --json` print engine events as `up --json` does, instead of one digest at the end. */
  PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true",
};

/** Environment of the CLI: this process's, then the caller's overlay, then what this package relies on. */
export function cliEnvironment(
  base: NodeJS.ProcessEnv,
  overlay: Record<string, string | undefined> = {},
): NodeJS.ProcessEnv {
  const removed = Object.fromEntries(CALLERS_OWN.map((name) => [name, undefined]));
  return { ...base, ...overlay, ...removed, ...FIXED };
}
