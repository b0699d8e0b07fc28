import { defineCommand } from "../command";
import { exitCodes } from "../exit-codes";
import { openTracker } from "../tracker/open-tracker";
import { trackerOptions } from "../tracker/options";
import { needsAttention, renderMatrix, statusJson } from "../tracker/render-status";

export const command = defineCommand({
  describe: "Show every environment: what was released, what runs, and where they differ",
  mutates: false,
  options: { ...trackerOptions, environment: { type: "string", alias: "e", describe: "Only this environment" } },
  examples: [["slipway status", "Exit code 7 when anything drifted or needs attention"]],
  run: async ({ environment, ...args }, context) => {
    const tracker = await openTracker(args, context);
    context.progress.begin("asking the environments");
    const environments = await tracker.statusMatrix({ environmentId: environment });
    const attention = environments.some(needsAttention);
    const now = context.clock.now();
    return {
      schema: "slipway.status.v1",
      data: { environments: environments.map(statusJson) },
      text: (style) => renderMatrix(environments, now, style),
      exitCode: attention ? exitCodes.attention : exitCodes.ok,
    };
  },
});
