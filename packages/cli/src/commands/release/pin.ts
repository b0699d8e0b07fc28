import { defineCommand } from "../../command";
import { openTracker } from "../../tracker/open-tracker";
import { environmentOption, reasonOption, trackerOptions } from "../../tracker/options";

export const command = defineCommand({
  describe: "Hold an environment at what it runs: deploy refuses it until it is unpinned",
  mutates: true,
  options: { ...trackerOptions, ...environmentOption, ...reasonOption },
  examples: [['slipway release pin -e production --reason "audit week"', "No deployments meanwhile"]],
  run: async ({ environment, reason, dryRun, ...args }, context) => {
    const tracker = await openTracker(args, context);
    const pin = await tracker.pinEnvironment({ environmentId: environment, reason, dryRun });
    const where = pin.release_id === undefined ? "" : ` at release ${pin.release_id}`;
    return {
      schema: "slipway.pin.v1",
      data: { environment, pin, dry_run: dryRun },
      text: () => `${environment} ${dryRun ? "would be" : "is"} pinned${where}: ${pin.reason}`,
    };
  },
});
