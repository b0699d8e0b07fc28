import { resolve } from "node:path";
import { defineCommand } from "../../command";
import { openSites } from "../../site/open-sites";
import { siteOptions, sitePosition, waitOption } from "../../site/options";
import { deploymentOf, runChange } from "../../site/run-change";

export const command = defineCommand({
  describe: "Bring a zip of a built site live: no source, no build",
  mutates: true,
  positionals: sitePosition,
  options: {
    ...siteOptions,
    ...waitOption,
    zip: { type: "string", demandOption: true, describe: "Zip with index.html at its top; checked before it is sent" },
  },
  examples: [
    ["slipway site release shop --zip site.zip --stack tools --dry-run", "Only check the zip"],
    ["slipway site release shop --zip site.zip --stack tools --yes", "Bring it live"],
  ],
  run: async ({ site, stack, zip, wait, dryRun, yes }, context) => {
    const opened = await openSites(stack, context);
    const file = resolve(context.cwd, zip);
    return runChange(
      opened,
      {
        stack,
        site,
        dryRun,
        confirm: (what) => context.ask.confirm({ action: `${what} for ${site}`, yes }),
        call: (options) => opened.client.release(site, { ...options, zip: file }),
        awaited: wait ? deploymentOf : undefined,
      },
      context,
    );
  },
});
