import { defineCommand } from "../command";
import { exitCodes } from "../exit-codes";
import { operationResult } from "../stack/operation-result";
import { engineOptions, refreshOption, stackTarget } from "../stack/options";
import { runPreview } from "../stack/run-engine";

export const command = defineCommand({
  describe: "Show what an update of a stack would change",
  mutates: false,
  options: {
    ...engineOptions,
    ...refreshOption,
    "exit-code": { type: "boolean", default: false, describe: "Exit with 3 when there are changes" },
  },
  examples: [
    ["slipway preview --stack staging", "What would change in staging"],
    ["slipway preview --stack staging --exit-code", "The same for a script: 0 nothing, 3 changes"],
  ],
  run: async (args, context) => {
    const result = await runPreview(stackTarget(args.stack, context), args, context, { refresh: args.refresh });
    const pending = args.exitCode && result.hasChanges;
    return { ...operationResult(result, true), exitCode: pending ? exitCodes.changesPending : exitCodes.ok };
  },
});
