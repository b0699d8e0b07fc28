import type { ChangeOptions } from "@slipway/static-site-pipeline/library";
import { defineCommand } from "../../command";
import { openSites } from "../../site/open-sites";
import { siteOptions, sitePosition } from "../../site/options";
import { runChange } from "../../site/run-change";

export const command = defineCommand({
  describe: "Let live what waits: the newest that was built while the site was locked",
  mutates: true,
  positionals: sitePosition,
  options: siteOptions,
  examples: [["slipway site unlock shop --stack tools", "Whoever has locked it"]],
  run: async ({ site, stack, dryRun }, context) => {
    const opened = await openSites(stack, context);
    const call = (options: ChangeOptions) => opened.client.unlock(site, options);
    return runChange(opened, { stack, site, dryRun, call }, context);
  },
});
