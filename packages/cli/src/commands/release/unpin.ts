import { defineCommand } from "../../command";
import { openTracker } from "../../tracker/open-tracker";
import { environmentOption, trackerOptions } from "../../tracker/options";

export const command = defineCommand({
  describe: "Let a pinned environment go",
  mutates: true,
  options: { ...trackerOptions, ...environmentOption },
  examples: [["slipway release unpin -e production", "Deployments are allowed again"]],
  run: async ({ environment, dryRun, ...args }, context) => {
    const tracker = await openTracker(args, context);
    const pin = await tracker.unpinEnvironment({ environmentId: environment, dryRun });
    const outcome = pin ? `${dryRun ? "would be" : "is"} unpinned (it was held: ${pin.reason})` : "was not pinned";
    return {
      schema: "slipway.pin.v1",
      data: { environment, pin: null, previous: pin ?? null, dry_run: dryRun },
      text: () => `${environment} ${outcome}`,
    };
  },
});
