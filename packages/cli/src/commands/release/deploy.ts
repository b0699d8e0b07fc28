import { defineCommand } from "../../command";
import { openTracker } from "../../tracker/open-tracker";
import { environmentOption, trackerOptions } from "../../tracker/options";
import { deploymentOptions, runDeployment } from "../../tracker/run-deployment";

export const command = defineCommand({
  describe: "Deploy a release to an environment and prove that it runs there",
  mutates: true,
  positionals: { release: { type: "string", default: "latest", describe: "Release id, or latest" } },
  options: {
    ...trackerOptions,
    ...environmentOption,
    ...deploymentOptions,
    "auto-rollback": {
      type: "boolean",
      describe: "Deploy the last good release when this one fails",
      defaultDescription: "as the manifest says",
    },
    "skip-unchanged": { type: "boolean", default: false, describe: "Do nothing when the labels are right already" },
  },
  examples: [
    ["slipway release deploy latest -e staging", "Show, ask, deploy, verify"],
    [
      "slipway release deploy latest -e staging --dry-run",
      "The image table and the stack's preview; nothing is written",
    ],
    ["slipway release deploy latest -e production --yes --json", "From CI"],
  ],
  run: async ({ release, environment, autoRollback, skipUnchanged, ...args }, context) => {
    const tracker = await openTracker(args, context);
    return runDeployment(`the deployment of ${release} to ${environment}`, args, context, (options) =>
      tracker.deployRelease({
        ...options,
        releaseId: release,
        environmentId: environment,
        autoRollback,
        skipUnchanged,
      }),
    );
  },
});
