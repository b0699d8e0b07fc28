import { defineCommand } from "../../command";
import { requireCount } from "../../options/require-count";
import { detailsJson } from "../../site/json";
import { openSites } from "../../site/open-sites";
import { siteOptions, sitePosition } from "../../site/options";
import { renderDetails } from "../../site/render-details";

export const command = defineCommand({
  describe: "Show a site: its status, what is live, what one can go back to, its builds",
  mutates: false,
  positionals: sitePosition,
  options: { ...siteOptions, builds: { type: "number", default: 10, describe: "How many builds, latest first" } },
  examples: [["slipway site show shop --stack tools", "Why it failed, and what could be live instead"]],
  run: async ({ site, stack, builds }, context) => {
    requireCount("builds", builds);
    const { client } = await openSites(stack, context);
    const details = await client.show(site, { builds });
    const now = context.clock.now();
    return {
      schema: "slipway.site.v1",
      data: { stack, ...detailsJson(details) },
      text: (style) => renderDetails(details, now, style),
    };
  },
});
