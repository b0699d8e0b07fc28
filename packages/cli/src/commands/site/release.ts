import { resolve } from "node:path";
import type { ChangeOptions } from "@slipway/static-site-pipeline/library";
import { defineCommand } from "../../command";
import { openSites } from "../../site/open-sites";
import { siteOptions, sitePosition, waitOption } from "../../site/options";
import { runDeployment } from "../../site/run-change";

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
    const call = (options: ChangeOptions) => opened.client.release(site, { ...options, zip: file });
    return runDeployment(opened, { stack, site, dryRun, yes, wait, call }, context);
  },
});
