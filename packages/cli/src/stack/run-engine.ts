import type { LocalTarget, OperationOptions, OperationResult, PreviewOptions } from "@slipway/automation";
import type { CommandContext } from "../context";
import { createStyle } from "../render/style";
import { engineProgress, type EngineProgressSettings } from "./engine-progress";
import { renderOperation } from "./render-changes";

/** What of the command line goes to the engine as it is. */
export interface EngineArguments {
  readonly target?: string[] | undefined;
  readonly parallel?: number | undefined;
}

/** An engine call of `@slipway/automation`, all options but the common ones applied. */
export type EngineCall = (options: OperationOptions) => Promise<OperationResult>;

/** Runs one engine call with its progress and with Ctrl-C connected. */
export async function runEngine(
  label: string,
  args: EngineArguments,
  context: CommandContext,
  call: EngineCall,
  settings: EngineProgressSettings = {},
): Promise<OperationResult> {
  const { progress, signal, forceSignal } = context;
  progress.begin(label);
  try {
    return await call({
      signal,
      forceSignal,
      onEvent: engineProgress(progress, settings),
      ...(args.parallel === undefined ? {} : { parallel: args.parallel }),
      ...(args.target === undefined ? {} : { targets: args.target }),
    });
  } finally {
    progress.end();
  }
}

/** Previews, with its progress. */
export async function runPreview(
  target: LocalTarget,
  args: EngineArguments,
  context: CommandContext,
  options: Pick<PreviewOptions, "operation" | "refresh">,
): Promise<OperationResult> {
  const { preview } = await context.libraries.automation();
  const call: EngineCall = (common) => preview(target, { ...options, ...common });
  return runEngine(`preview of ${target.stack}`, args, context, call, { lines: false });
}

/** Shows a preview before a question; shown even with `--quiet` when the question will be asked. */
export function showPreview(result: OperationResult, asked: boolean, { progress }: CommandContext): void {
  const text = renderOperation({ ...result, outputs: {} }, createStyle(false));
  if (asked) progress.warn(text);
  else progress.note(text);
}
