import type { ChangeOptions } from "@slipway/static-site-pipeline/library";
import { defineCommand } from "../../command";
import { openSites } from "../../site/open-sites";
import { siteOptions, sitePosition, waitOption } from "../../site/options";
import { runDeployment } from "../../site/run-change";

export const command = defineCommand({
  describe: "Build a site from its source and bring it live, without waiting for a push",
  mutates: true,
  positionals: sitePosition,
  options: {
    ...siteOptions,
    ...waitOption,
    commit: { type: "string", describe: "Whole commit id", defaultDescription: "what the branch is at" },
  },
  examples: [
    ["slipway site deploy shop --stack tools", "What the branch is at"],
    ["slipway site deploy shop --stack tools --yes --json", "From CI: exit code 1 when the build or its tests fail"],
  ],
  run: async ({ site, stack, commit, wait, dryRun, yes }, context) => {
    const opened = await openSites(stack, context);
    const call = (options: ChangeOptions) => opened.client.deploy(site, { ...options, commit });
    return runDeployment(opened, { stack, site, dryRun, yes, wait, call }, context);
  },
});
