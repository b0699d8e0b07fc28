import type { ChangeOptions } from "@slipway/static-site-pipeline/library";
import { defineCommand } from "../../command";
import { openSites } from "../../site/open-sites";
import { siteOptions, sitePosition, waitOption } from "../../site/options";
import { runDeployment } from "../../site/run-change";

export const command = defineCommand({
  describe: "Bring a kept release live again, in seconds and without a build",
  mutates: true,
  positionals: {
    ...sitePosition,
    "kept-release": { type: "string", describe: "Id of the release; default: the one that was live before" },
  },
  options: { ...siteOptions, ...waitOption },
  examples: [
    ["slipway site rollback shop --stack tools", "Back to what was live before"],
    ["slipway site rollback shop 3b1f0c55aa21d9e4 --stack tools --yes", "To one that `site show` lists"],
  ],
  run: async ({ site, keptRelease, stack, wait, dryRun, yes }, context) => {
    const opened = await openSites(stack, context);
    const call = (options: ChangeOptions) => opened.client.rollback(site, { ...options, release: keptRelease });
    return runDeployment(opened, { stack, site, dryRun, yes, wait, call }, context);
  },
});
