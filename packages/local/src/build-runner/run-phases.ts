import { type Buildspec, type PhaseSpec, SPEC_PHASES, type SpecPhase } from "./buildspec";
import { PhaseFailedError } from "./errors";
import type { KeptShell } from "./kept-shell";
import type { RunPhase, Tell } from "./order";

/** What phases are run with. */
export interface PhaseParts {
  readonly shell: Pick<KeptShell, "run">;
  readonly tell: Tell;
  readonly line: (text: string) => void;
  readonly signal: AbortSignal;
}

/** What comes of the phases of a buildspec. */
export interface PhasesResult {
  readonly succeeded: boolean;
  /** Whether artifacts are still looked for: CodeBuild does after a failed BUILD or POST_BUILD, unless told to abort. */
  readonly keepsArtifacts: boolean;
}

const NAMES = { install: "INSTALL", pre_build: "PRE_BUILD", build: "BUILD", post_build: "POST_BUILD" } as const;

/** Phases after whose failure CodeBuild does not go on by itself. */
const ENDING: ReadonlySet<SpecPhase> = new Set(["install", "pre_build"]);

/** Runs the phases in order, with CodeBuild's transitions between them. */
export async function runPhases(spec: Buildspec, parts: PhaseParts): Promise<PhasesResult> {
  let succeeded = true;
  for (const phase of SPEC_PHASES) {
    const what = spec.phases[phase] ?? { commands: [], finally: [], onFailure: undefined };
    const isFine = await phaseSucceeds(NAMES[phase], parts, () => runPhase(what, succeeded, parts));
    if (parts.signal.aborted) return { succeeded: false, keepsArtifacts: false };
    if (isFine) continue;
    succeeded = false;
    const ends = what.onFailure === "ABORT" || (what.onFailure === undefined && ENDING.has(phase));
    if (ends) return { succeeded, keepsArtifacts: false };
  }
  return { succeeded, keepsArtifacts: true };
}

/** Runs one phase, tells of its begin and end, and notes both in the log; answers whether it succeeded. */
export async function phaseSucceeds(
  phase: RunPhase,
  { tell, line, signal }: Pick<PhaseParts, "tell" | "line" | "signal">,
  run: () => Promise<void>,
): Promise<boolean> {
  tell({ kind: "began", phase });
  line(`[Container] ${stamp()} Entering phase ${phase}`);
  const failure = await run().then(
    () => undefined,
    (error: unknown) => asFailure(error),
  );
  if (signal.aborted) return false;
  const status = failure === undefined ? "SUCCEEDED" : "FAILED";
  line(`[Container] ${stamp()} Phase complete: ${phase} State: ${status}`);
  const { statusCode = "", message = "" } = failure?.context ?? {};
  line(`[Container] ${stamp()} Phase context status code: ${statusCode} Message: ${message}`);
  tell({ kind: "ended", phase, status, ...(failure !== undefined && { contexts: [failure.context] }) });
  return failure === undefined;
}

const asFailure = (error: unknown): PhaseFailedError =>
  error instanceof PhaseFailedError
    ? error
    : new PhaseFailedError("INTERNAL_SERVICE_ERROR", error instanceof Error ? error.message : String(error));

async function runPhase({ commands, finally: last }: PhaseSpec, succeeding: boolean, parts: PhaseParts): Promise<void> {
  let failure: PhaseFailedError | undefined;
  for (const command of commands) {
    failure = await runCommand(command, succeeding, parts);
    if (failure !== undefined) break;
  }
  for (const command of last) {
    const problem = await runCommand(command, succeeding && failure === undefined, parts);
    failure ??= problem;
  }
  if (failure !== undefined) throw failure;
}

async function runCommand(
  command: string,
  succeeding: boolean,
  { shell, line, signal }: PhaseParts,
): Promise<PhaseFailedError | undefined> {
  if (signal.aborted) return undefined;
  line(`[Container] ${stamp()} Running command ${command.trimEnd()}`);
  const code = await shell.run(command, { CODEBUILD_BUILD_SUCCEEDING: succeeding ? "1" : "0" });
  if (code === 0) return undefined;
  line(`[Container] ${stamp()} Command did not exit successfully ${command.trimEnd()} exit status ${code}`);
  const reason = `Error while executing command: ${command.trimEnd()}. Reason: exit status ${code}`;
  return new PhaseFailedError("COMMAND_EXECUTION_ERROR", reason);
}

/** As CodeBuild writes the time in a log. */
export const stamp = (): string => new Date().toISOString().replaceAll("-", "/").replace("T", " ").replace("Z", "000");
