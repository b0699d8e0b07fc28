import { defineCommand } from "../../command";
import { firstPage, pageText } from "../../render/page";
import { renderTable } from "../../render/table";
import { moment } from "../../render/time";
import { openTracker } from "../../tracker/open-tracker";
import { limitOption, trackerOptions } from "../../tracker/options";

export const command = defineCommand({
  describe: "List releases, newest first",
  mutates: false,
  options: { ...trackerOptions, ...limitOption },
  examples: [["slipway release list --limit 5", "The last five"]],
  run: async ({ limit, ...args }, context) => {
    const tracker = await openTracker(args, context);
    const { shown: releases, complete } = await firstPage(limit, (most) => tracker.listReleases({ limit: most }));
    const now = context.clock.now();
    return {
      schema: "slipway.releases.v1",
      data: {
        releases: releases.map((release) => ({
          release_id: release.release_id,
          project_id: release.project_id,
          date_created: release.date_created,
          last_date_deployed: release.last_date_deployed,
          description: release.description,
          requested_by: release.requested_by,
          images: release.images,
        })),
        complete,
      },
      text: (style) =>
        releases.length === 0
          ? "no releases yet"
          : pageText(
              renderTable(
                ["RELEASE", "CREATED", "BY", "SERVICES", "DESCRIPTION"],
                releases.map(({ release_id, date_created, requested_by, images, description }) => [
                  release_id,
                  moment(date_created, now),
                  requested_by.name,
                  String(Object.keys(images).length),
                  description,
                ]),
                style,
              ),
              complete,
            ),
    };
  },
});
