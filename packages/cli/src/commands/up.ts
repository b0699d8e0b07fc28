import { InvalidInputError } from "@slipway/core";
import { defineCommand } from "../command";
import { operationResult } from "../stack/operation-result";
import { engineOptions, refreshOption, stackTarget } from "../stack/options";
import { runEngine, runPreview, showPreview } from "../stack/run-engine";

export const command = defineCommand({
  describe: "Bring a stack up: preview, show, confirm, update",
  mutates: true,
  options: {
    ...engineOptions,
    ...refreshOption,
    message: { type: "string", describe: "Text for the stack's history (not for secrets)" },
    "skip-preview": { type: "boolean", default: false, describe: "Update at once; needs --yes" },
  },
  examples: [
    ["slipway up --stack staging", "Show the changes of staging, ask, make them"],
    ["slipway up --stack staging --yes --json", "The same in CI"],
  ],
  run: async (args, context) => {
    if (args.skipPreview && !args.yes) {
      throw new InvalidInputError("--skip-preview", "leaves nothing to show before asking", "pass --yes as well");
    }
    const target = stackTarget(args.stack, context);
    const planned = args.skipPreview ? undefined : await runPreview(target, args, context, { refresh: args.refresh });
    if (args.dryRun) {
      const result = planned ?? (await runPreview(target, args, context, { refresh: args.refresh }));
      return operationResult(result, true);
    }
    if (planned?.hasChanges) {
      showPreview(planned, !args.yes, context);
      await context.ask.confirm({ action: `the update of ${args.stack}`, yes: args.yes });
    }
    const { up } = await context.libraries.automation();
    const result = await runEngine(
      `update of ${args.stack}`,
      args,
      context,
      (common) =>
        up(target, {
          refresh: args.refresh,
          ...(args.message === undefined ? {} : { message: args.message }),
          ...common,
        }),
      { total: planned?.resources.length },
    );
    return operationResult(result, false);
  },
});
