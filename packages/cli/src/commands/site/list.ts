import { defineCommand } from "../../command";
import { brief, renderTable } from "../../render/table";
import { moment } from "../../render/time";
import { summaryJson, urlOf } from "../../site/json";
import { openSites } from "../../site/open-sites";
import { siteOptions } from "../../site/options";
import { shortCommit, statusFormat } from "../../site/render-details";

export const command = defineCommand({
  describe: "List the sites, with their status and what is live",
  mutates: false,
  options: {
    ...siteOptions,
    failed: { type: "boolean", default: false, describe: "Only those that failed at something" },
  },
  examples: [
    ["slipway site list --stack tools", "All of them"],
    ["slipway site list --stack tools --failed", "Those that need somebody"],
  ],
  run: async ({ stack, failed }, context) => {
    const { client, name } = await openSites(stack, context);
    const all = await client.list();
    const sites = failed ? all.filter(({ status }) => status.startsWith("Failed")) : all;
    const now = context.clock.now();
    return {
      schema: "slipway.sites.v1",
      data: { stack, static_sites: name, sites: sites.map(summaryJson) },
      text: (style) =>
        sites.length === 0
          ? failed
            ? `no site of ${name} has failed`
            : `${name} has no sites yet`
          : renderTable(
              ["SITE", "STATUS", "ADDRESS", "COMMIT", "CHANGED", "NOTE"],
              sites.map(({ site_id, status, address, live, lock, reason, updated_at }) => [
                site_id,
                style(statusFormat(status), status),
                urlOf(address) ?? "-",
                shortCommit(live?.commit),
                moment(updated_at, now),
                brief(lock === undefined ? reason : `locked by ${lock.locked_by}: ${lock.reason}`),
              ]),
              style,
            ),
    };
  },
});
