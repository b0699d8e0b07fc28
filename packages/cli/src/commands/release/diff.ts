import { defineCommand } from "../../command";
import { openTracker } from "../../tracker/open-tracker";
import { trackerOptions } from "../../tracker/options";
import { changesJson, renderReleaseChanges } from "../../tracker/render-prepared";

export const command = defineCommand({
  describe: "Compare two releases, service by service",
  mutates: false,
  positionals: {
    from: { type: "string", demandOption: true, describe: "Release id, or latest" },
    to: { type: "string", demandOption: true, describe: "Release id, or latest" },
  },
  options: trackerOptions,
  examples: [["slipway release diff 0efcc940-e709-4a51-b264-809a670629b6 latest", "What has changed since"]],
  run: async ({ from, to, ...args }, context) => {
    const changes = await (await openTracker(args, context)).diffReleases({ from, to });
    return {
      schema: "slipway.release-diff.v1",
      data: { from, to, changes: changesJson(changes) },
      text: (style) => renderReleaseChanges(changes, style),
    };
  },
});
