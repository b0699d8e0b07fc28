import type { ChangeOptions } from "@slipway/static-site-pipeline/library";
import { defineCommand } from "../../command";
import { openSites } from "../../site/open-sites";
import { siteOptions, sitePosition } from "../../site/options";
import { runChange } from "../../site/run-change";
import { reasonOption } from "../../tracker/options";

export const command = defineCommand({
  describe: "Hold back what would go live, and the site's removal; builds go on",
  mutates: true,
  positionals: sitePosition,
  options: { ...siteOptions, ...reasonOption },
  examples: [['slipway site lock shop --reason "sale until Monday" --stack tools', "Nothing new until it is unlocked"]],
  run: async ({ site, stack, reason, dryRun }, context) => {
    const opened = await openSites(stack, context);
    const call = (options: ChangeOptions) => opened.client.lock(site, { ...options, reason });
    return runChange(opened, { stack, site, dryRun, call }, context);
  },
});
