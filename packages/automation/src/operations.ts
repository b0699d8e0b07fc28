import { runEngine } from "./engine/run-engine";
import type { DestroyOptions, PreviewOptions, RefreshOptions, UpOptions } from "./options";
import type { OperationResult } from "./results";
import type { StackTarget } from "./target";

const PREVIEW_COMMANDS = {
  up: ["preview"],
  destroy: ["destroy", "--preview-only"],
  refresh: ["refresh", "--preview-only"],
};

/**
 * Plans an update (or a destroy or refresh) and changes nothing.
 *
 * @throws UpdateFailedError when the program or a provider's check fails; the other errors of this package as named.
 */
export async function preview(target: StackTarget, options: PreviewOptions = {}): Promise<OperationResult> {
  const { operation: previewed = "up", refresh: readFirst = false } = options;
  const flags = readFirst && previewed !== "refresh" ? ["--refresh"] : [];
  return runEngine({ operation: "preview", command: PREVIEW_COMMANDS[previewed], flags }, target, options);
}

/**
 * Updates the stack, without a preview and without asking: showing and confirming is the caller's. One CLI process.
 *
 * @throws UpdateFailedError when a resource or the program fails.
 * @throws StackLockedError when another update runs.
 * @throws CancelledError when the signal ended it.
 */
export async function up(target: StackTarget, options: UpOptions = {}): Promise<OperationResult> {
  const { refresh: readFirst = false, message } = options;
  const flags = [...(readFirst ? ["--refresh"] : []), ...(message === undefined ? [] : [`--message=${message}`])];
  return runEngine({ operation: "up", command: ["up", "--yes", "--skip-preview"], flags }, target, options);
}

/** Reads the real resources into the state. The program is not run. */
export async function refresh(target: StackTarget, options: RefreshOptions = {}): Promise<OperationResult> {
  const flags = options.clearPendingCreates === true ? ["--clear-pending-creates"] : [];
  return runEngine({ operation: "refresh", command: ["refresh", "--yes", "--skip-preview"], flags }, target, options);
}

/** Deletes every resource of the stack. The program is not run. */
export async function destroy(target: StackTarget, options: DestroyOptions = {}): Promise<OperationResult> {
  const flags = options.removeStack === true ? ["--remove"] : [];
  return runEngine({ operation: "destroy", command: ["destroy", "--yes", "--skip-preview"], flags }, target, options);
}
