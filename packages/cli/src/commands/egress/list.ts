import type { Status } from "@slipway/data-egress/library";
import { defineCommand } from "../../command";
import { jobJson } from "../../egress/json";
import { openEgress } from "../../egress/open-egress";
import { dayOptions } from "../../egress/options";
import { renderJobs } from "../../egress/render-jobs";
import { requireCount } from "../../options/require-count";
import { firstPage, pageText } from "../../render/page";
import { stackOption } from "../../stack/options";

/** As the library has them; a list of its own, because options are read before any library is. */
const STATUSES = ["Running", "Waiting", "Succeeded", "Failed", "Refused"] as const satisfies readonly Status[];

export const command = defineCommand({
  describe: "List jobs, the newest first",
  mutates: false,
  options: {
    ...stackOption,
    ...dayOptions,
    status: { type: "string", choices: STATUSES, describe: "Only jobs that are so" },
    limit: { type: "number", default: 20, describe: "How many" },
  },
  examples: [
    ["slipway egress list --stack production", "The last twenty"],
    ["slipway egress list --stack production --pipeline cbol --date 2024-12-31", "What was sent of a day"],
  ],
  run: async ({ stack, pipeline, date, status, limit }, context) => {
    requireCount("limit", limit);
    const { client, name } = await openEgress(stack, context);
    const { shown: jobs, complete } = await firstPage(limit, (most) =>
      client.list({ pipeline, date, status, limit: most }),
    );
    const now = context.clock.now();
    return {
      schema: "slipway.egress-jobs.v1",
      data: { stack, data_egress: name, jobs: jobs.map(jobJson), complete },
      text: (style) =>
        jobs.length === 0 ? `${name} has no such jobs` : pageText(renderJobs(jobs, now, style), complete),
    };
  },
});
