import type { DeployOptions, DeployResult } from "@slipway/release-tracker/library";
import type { CommandResult } from "../command";
import type { CommandContext } from "../context";
import { createStyle } from "../render/style";
import { deployResult } from "./deploy-result";
import { renderPlan } from "./render-plan";
import { trackerProgress } from "./tracker-progress";

/** Options that deploy and rollback share. */
export const deploymentOptions = {
  description: { type: "string", default: "", describe: "Why, for the record" },
  preview: {
    type: "boolean",
    describe: "Preview the stack with the new images first",
    defaultDescription: "when asking",
  },
} as const;

/** Values of the shared options. */
export interface DeploymentArguments {
  readonly description: string;
  readonly preview?: boolean | undefined;
  readonly yes: boolean;
  readonly dryRun: boolean;
}

/** Runs a deployment: shows the plan, asks, reports progress, and gives back how it ended. */
export async function runDeployment(
  label: string,
  args: DeploymentArguments,
  context: CommandContext,
  call: (options: DeployOptions) => Promise<DeployResult>,
): Promise<CommandResult> {
  const { ask, clock, progress, signal } = context;
  const asking = !args.yes && !args.dryRun;
  progress.begin(label);
  try {
    const result = await call({
      description: args.description,
      dryRun: args.dryRun,
      previewStack: args.preview ?? (asking || args.dryRun),
      signal,
      onProgress: trackerProgress(progress),
      confirm: async (plan) => {
        const text = renderPlan(plan, clock.now(), createStyle(false));
        if (!asking) {
          progress.note(text);
          return true;
        }
        // A live line would be drawn over the question.
        progress.end();
        progress.warn(text);
        await ask.confirm({ action: label, yes: args.yes });
        progress.begin(label);
        return true;
      },
    });
    return deployResult(result, clock.now());
  } finally {
    progress.end();
  }
}
