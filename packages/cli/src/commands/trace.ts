import { defineCommand } from "../command";
import { requireCount } from "../options/require-count";
import { requireCommit } from "../trace/commit-id";
import { renderTrace, traceJson } from "../trace/render-trace";
import { traceCommit } from "../trace/trace-commit";
import { trackerOptions } from "../tracker/options";

export const command = defineCommand({
  describe: "Follow a commit from its push to what runs: archive, promotions, images, releases, deployments, sites",
  mutates: false,
  positionals: { sha: { type: "string", demandOption: true, describe: "Commit id, or its first 7 digits or more" } },
  options: {
    ...trackerOptions,
    "push-stack": {
      type: "string",
      describe: "Stack that exports codePush",
      defaultDescription: "the tracker's stack",
    },
    "site-stack": {
      type: "string",
      describe: "Stack that exports staticSites",
      defaultDescription: "the tracker's stack, if it does",
    },
    releases: { type: "number", default: 50, describe: "Latest releases to look through" },
  },
  examples: [["slipway trace 4daea14", "Where that commit is now, and how it came there"]],
  run: async ({ sha, releases, ...args }, context) => {
    requireCount("releases", releases);
    const asked = requireCommit(sha);
    context.progress.begin(`following ${asked}`);
    const trace = await traceCommit({ ...args, asked, releases }, context);
    const now = context.clock.now();
    return { schema: "slipway.trace.v1", data: traceJson(trace), text: (style) => renderTrace(trace, now, style) };
  },
});
