import { defineCommand } from "../../command";
import { openTracker } from "../../tracker/open-tracker";
import { reasonOption, trackerOptions } from "../../tracker/options";

export const command = defineCommand({
  describe: "Mark a release as bad: deploy refuses it from now on",
  mutates: true,
  positionals: { release: { type: "string", demandOption: true, describe: "Release id" } },
  options: { ...trackerOptions, ...reasonOption },
  examples: [['slipway release reject 0efcc940-e709-4a51-b264-809a670629b6 --reason "leaks memory"', "Keep it out"]],
  run: async ({ release, reason, dryRun, ...args }, context) => {
    const tracker = await openTracker(args, context);
    const rejection = await tracker.rejectRelease({ releaseId: release, reason, dryRun });
    return {
      schema: "slipway.rejection.v1",
      data: { rejection, dry_run: dryRun },
      text: () => `release ${rejection.release_id} ${dryRun ? "would be" : "is"} rejected: ${rejection.reason}`,
    };
  },
});
