import { defineCommand } from "../../command";
import { openTracker } from "../../tracker/open-tracker";
import { trackerOptions } from "../../tracker/options";

export const command = defineCommand({
  describe: "Print a release in the JSON form in which releases have always been printed",
  mutates: false,
  positionals: { release: { type: "string", default: "latest", describe: "Release id, or latest" } },
  options: trackerOptions,
  examples: [["slipway release show 0efcc940-e709-4a51-b264-809a670629b6", "The release and its deployments"]],
  run: async ({ release, ...args }, context) => {
    const document = await (await openTracker(args, context)).showRelease({ releaseId: release });
    return {
      schema: "slipway.release.v1",
      data: { release: document },
      // Scripts of the releases' first tool read this very shape from stdout, without an envelope.
      text: () => JSON.stringify(document, undefined, 2),
    };
  },
});
