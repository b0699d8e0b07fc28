import { defineCommand } from "../../command";
import { openTracker } from "../../tracker/open-tracker";
import { environmentOption, reasonOption, trackerOptions } from "../../tracker/options";
import { deploymentOptions, runDeployment } from "../../tracker/run-deployment";

export const command = defineCommand({
  describe: "Deploy an earlier good release and pin the environment to it",
  mutates: true,
  positionals: { release: { type: "string", describe: "Release id; default: the last good one before the present" } },
  options: {
    ...trackerOptions,
    ...environmentOption,
    ...reasonOption,
    ...deploymentOptions,
    pin: { type: "boolean", default: true, describe: "Hold the environment there until it is unpinned" },
  },
  examples: [['slipway release rollback -e production --reason "checkout fails"', "Back to the last good release"]],
  run: async ({ release, environment, reason, pin, ...args }, context) => {
    const tracker = await openTracker(args, context);
    return runDeployment(`the rollback of ${environment}`, args, context, (options) =>
      tracker.rollbackRelease({ ...options, releaseId: release, environmentId: environment, reason, pin }),
    );
  },
});
