import type { ChangeOptions } from "@slipway/static-site-pipeline/library";
import { defineCommand } from "../../command";
import { openSites } from "../../site/open-sites";
import { siteOptions, sitePosition } from "../../site/options";
import { runChange } from "../../site/run-change";
import { readSettings, settingsOption } from "../../site/settings-file";

export const command = defineCommand({
  describe: "Put settings in the place of a site's; what it was provisioned by cannot change",
  mutates: true,
  positionals: sitePosition,
  options: { ...siteOptions, ...settingsOption },
  examples: [
    ["slipway site update shop --settings shop.json --stack tools --dry-run", "Which settings would change"],
    ["slipway site update shop --settings shop.json --stack tools", "The file of `create`, edited"],
  ],
  run: async ({ site, stack, settings: file, dryRun }, context) => {
    const settings = await readSettings(context.cwd, file);
    const opened = await openSites(stack, context);
    const call = (options: ChangeOptions) => opened.client.update(site, settings, options);
    return runChange(opened, { stack, site, dryRun, call }, context);
  },
});
