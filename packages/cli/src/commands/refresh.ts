import { defineCommand } from "../command";
import { operationResult } from "../stack/operation-result";
import { engineOptions, stackTarget } from "../stack/options";
import { runEngine, runPreview, showPreview } from "../stack/run-engine";

export const command = defineCommand({
  describe: "Read the real resources of a stack into its state",
  mutates: true,
  options: engineOptions,
  examples: [["slipway refresh --stack staging", "Show what drifted, ask, record it"]],
  run: async (args, context) => {
    const target = stackTarget(args.stack, context);
    const planned = await runPreview(target, args, context, { operation: "refresh" });
    if (args.dryRun) return operationResult(planned, true);
    if (planned.hasChanges) {
      showPreview(planned, !args.yes, context);
      await context.ask.confirm({ action: `the refresh of ${args.stack}`, yes: args.yes });
    }
    const { refresh } = await context.libraries.automation();
    const settings = { total: planned.resources.length };
    const call = runEngine(`refresh of ${args.stack}`, args, context, (common) => refresh(target, common), settings);
    return operationResult(await call, false);
  },
});
