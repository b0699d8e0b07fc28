import type { ChangeOptions } from "@slipway/static-site-pipeline/library";
import { defineCommand } from "../../command";
import { openSites } from "../../site/open-sites";
import { siteOptions, sitePosition } from "../../site/options";
import { runChange } from "../../site/run-change";
import { readSettings, settingsOption } from "../../site/settings-file";

export const command = defineCommand({
  describe: "Make the pipeline of a site, as an app event does; `provision` makes what it consists of",
  mutates: true,
  positionals: sitePosition,
  options: { ...siteOptions, ...settingsOption },
  examples: [["slipway site create shop --settings shop.json --stack tools", "A site without an app"]],
  run: async ({ site, stack, settings: file, dryRun }, context) => {
    const settings = await readSettings(context.cwd, file);
    const opened = await openSites(stack, context);
    const call = (options: ChangeOptions) => opened.client.create(site, settings, options);
    return runChange(opened, { stack, site, dryRun, call }, context);
  },
});
