import { defineCommand } from "../../command";
import { openSites } from "../../site/open-sites";
import { siteOptions, sitePosition, waitOption } from "../../site/options";
import { runChange } from "../../site/run-change";

export const command = defineCommand({
  describe: "Make what a site consists of, again where that failed; what is there already stays",
  mutates: true,
  positionals: sitePosition,
  options: { ...siteOptions, ...waitOption },
  examples: [["slipway site provision shop --stack tools", "Bucket, certificate, distribution, record, build project"]],
  run: async ({ site, stack, wait, dryRun }, context) => {
    const opened = await openSites(stack, context);
    return runChange(
      opened,
      {
        stack,
        site,
        dryRun,
        call: (options) => opened.client.provision(site, options),
        awaited: wait ? () => ({ kind: "provisioning" }) : undefined,
      },
      context,
    );
  },
});
