import { defineCommand } from "../../command";
import { firstPage, pageText } from "../../render/page";
import { renderTable } from "../../render/table";
import { moment } from "../../render/time";
import { openTracker } from "../../tracker/open-tracker";
import { environmentOption, limitOption, trackerOptions } from "../../tracker/options";

export const command = defineCommand({
  describe: "List the deployments of an environment, newest first",
  mutates: false,
  options: { ...trackerOptions, ...environmentOption, ...limitOption },
  examples: [["slipway release history -e production", "What was deployed there, by whom, and how it ended"]],
  run: async ({ environment, limit, ...args }, context) => {
    const tracker = await openTracker(args, context);
    const { shown: deployments, complete } = await firstPage(limit, (most) =>
      tracker.deploymentHistory({ environmentId: environment, limit: most }),
    );
    const now = context.clock.now();
    return {
      schema: "slipway.deployments.v1",
      data: { environment, deployments, complete },
      text: (style) =>
        deployments.length === 0
          ? `nothing was deployed to ${environment} yet`
          : pageText(
              renderTable(
                ["WHEN", "RELEASE", "KIND", "STATUS", "BY", "DESCRIPTION"],
                deployments.map(({ date_created, release_id, kind, status, requested_by, description, reason }) => [
                  moment(date_created, now),
                  release_id,
                  kind,
                  status,
                  requested_by.name,
                  [description, reason].filter((part) => part !== undefined && part !== "").join("; "),
                ]),
                style,
              ),
              complete,
            ),
    };
  },
});
