import { cliEnvironment } from "../cli/environment";
import { errorFromExit, errorFromMessage, errorFromStderr, type FailureContext } from "../cli/failure";
import { runCli, type CliExit } from "../cli/run-cli";
import { CancelledError, StackNotFoundError, UpdateFailedError } from "../errors";
import type { OperationOptions } from "../options";
import { withFolder } from "../program/folder";
import { hostInline } from "../program/host-inline";
import type { ProgressEvent } from "../progress";
import type { OperationResult } from "../results";
import type { StackTarget } from "../target";
import { engineArguments, type EngineRequest } from "./arguments";
import { plainMessage } from "./failures";
import { parseEvent } from "./parse-event";
import { RunRecord } from "./run-record";
import { watchForHang } from "./watch-for-hang";

interface RunOptions extends OperationOptions {
  createStack?: boolean;
}

/** Runs one engine operation and turns its end into a result or a typed error. */
export async function runEngine(
  request: EngineRequest,
  target: StackTarget,
  options: RunOptions,
): Promise<OperationResult> {
  const startedAt = performance.now();
  const record = await withFolder(target, async (workDir) => {
    const runOnce = (programArguments: string[]) => execute(request, target.stack, workDir, options, programArguments);
    const run = (programArguments: string[]) =>
      options.createStack === true
        ? runOnce(programArguments).catch(
            createThenRetry(target.stack, workDir, options, () => runOnce(programArguments)),
          )
        : runOnce(programArguments);
    const needsProgram = request.operation === "up" || request.operation === "preview";
    return "program" in target && needsProgram ? hostInline(target, workDir, run) : run([]);
  });
  return record.result(request.operation, target.stack, Math.round(performance.now() - startedAt));
}

async function execute(
  request: EngineRequest,
  stack: string,
  workDir: string,
  options: RunOptions,
  programArguments: string[],
): Promise<RunRecord> {
  const { signal, forceSignal, onEvent } = options;
  const record = new RunRecord();
  const hang = watchForHang(signal);
  const exit = await runCli({
    arguments: engineArguments(request, stack, options, programArguments),
    workDir,
    env: cliEnvironment(process.env, options.env),
    signal: hang.signal,
    ...(forceSignal === undefined ? {} : { forceSignal }),
    onCancelling: (gracefully) => onEvent?.({ kind: "cancelling", gracefully }),
    onLine: (line) => {
      const event = parseEvent(line);
      const progress = event === undefined ? undefined : record.add(event);
      hang.onProgress(progress);
      if (progress !== undefined) onEvent?.(withoutTrace(progress));
    },
  }).finally(hang.stop);
  if (exit.exitCode === 0) return record;
  throw failure(exit, record, options, { stack, workDir, command: request.operation });
}

/** Progress is for people; the diagnostics of the result keep everything. */
function withoutTrace(event: ProgressEvent): ProgressEvent {
  return event.kind === "diagnostic" ? { ...event, message: plainMessage(event.message) } : event;
}

function failure(exit: CliExit, record: RunRecord, options: RunOptions, context: FailureContext): Error {
  const typed = errorFromStderr(exit, context);
  if (typed !== undefined) return typed;
  const isForced = options.forceSignal?.aborted === true;
  if (isForced || options.signal?.aborted === true) {
    const cause: unknown = options.signal?.reason ?? options.forceSignal?.reason;
    return new CancelledError(context.stack, record.pending(), isForced, { cause });
  }
  const failures = record.failures();
  for (const { message } of failures) {
    const environmental = errorFromMessage(message, context);
    if (environmental !== undefined) return environmental;
  }
  if (failures.length > 0) return new UpdateFailedError(context.stack, failures, record.diagnostics);
  return errorFromExit(exit, context);
}

function createThenRetry<T>(stack: string, workDir: string, options: RunOptions, retry: () => Promise<T>) {
  return async (error: unknown): Promise<T> => {
    if (!(error instanceof StackNotFoundError)) throw error;
    const env = cliEnvironment(process.env, options.env);
    const exit = await runCli({ arguments: ["stack", "init", `--stack=${stack}`, "--no-select"], workDir, env });
    if (exit.exitCode !== 0) throw errorFromExit(exit, { stack, workDir, command: "stack init" });
    return retry();
  };
}
