import { defineCommand } from "../../command";
import { exitCodes } from "../../exit-codes";
import { openTracker } from "../../tracker/open-tracker";
import { environmentOption, trackerOptions } from "../../tracker/options";
import { renderMatrix, statusJson } from "../../tracker/render-status";

export const command = defineCommand({
  describe: "Ask the running services whether they run what was released, by digest",
  mutates: false,
  options: { ...trackerOptions, ...environmentOption },
  examples: [["slipway release confirm -e production", "Exit code 7 when they do not"]],
  run: async ({ environment, ...args }, context) => {
    const tracker = await openTracker(args, context);
    context.progress.begin(`asking the services of ${environment}`);
    const { confirmed, deployment, status } = await tracker.confirmDeployment({ environmentId: environment });
    const now = context.clock.now();
    return {
      schema: "slipway.confirmation.v1",
      data: { environment, confirmed, deployment, status: statusJson(status) },
      text: (style) =>
        confirmed
          ? `${environment} runs release ${deployment.release_id}`
          : `${renderMatrix([status], now, style)}\n${environment} does not run release ${deployment.release_id}`,
      exitCode: confirmed ? exitCodes.ok : exitCodes.attention,
    };
  },
});
