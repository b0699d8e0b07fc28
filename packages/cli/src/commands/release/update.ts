import { defineCommand } from "../../command";
import { openTracker } from "../../tracker/open-tracker";
import { trackerOptions } from "../../tracker/options";
import { preparedResult } from "../../tracker/render-prepared";

export const command = defineCommand({
  describe: "Make a new release from an earlier one with some services changed",
  mutates: true,
  positionals: { release: { type: "string", default: "latest", describe: "Release to start from: an id, or latest" } },
  options: {
    ...trackerOptions,
    service: { type: "string", array: true, demandOption: true, describe: "Service to change; may be repeated" },
    "from-label": { type: "string", default: "latest", describe: "Label to take those services from" },
    description: { type: "string", default: "", describe: "What is in it, for people" },
    "request-token": { type: "string", describe: "The same token makes the same release, however often it is sent" },
  },
  examples: [
    ["slipway release update latest --service api --from-label hotfix", "The latest release with another api"],
  ],
  run: async ({ release, service, fromLabel, description, requestToken, dryRun, ...args }, context) => {
    const tracker = await openTracker(args, context);
    const input = { releaseId: release, services: service, fromLabel, description, requestToken, dryRun };
    const prepared = await tracker.updateRelease(input);
    for (const warning of prepared.warnings) context.progress.warn(`warning: ${warning}`);
    return preparedResult(prepared, dryRun);
  },
});
