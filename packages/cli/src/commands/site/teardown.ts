import { defineCommand } from "../../command";
import { openSites } from "../../site/open-sites";
import { siteOptions, sitePosition, waitOption } from "../../site/options";
import { runChange } from "../../site/run-change";

export const command = defineCommand({
  describe: "Remove a site with its record, distribution, bucket and every version in it; again where that failed",
  mutates: true,
  positionals: sitePosition,
  options: {
    ...siteOptions,
    ...waitOption,
    confirm: { type: "string", describe: "Id of the site, instead of typing it: --yes is not enough" },
  },
  examples: [
    ["slipway site teardown shop --stack tools --dry-run", "What would go"],
    ["slipway site teardown shop --stack tools --confirm shop --no-wait", "From a script"],
  ],
  run: async ({ site, stack, confirm, wait, dryRun }, context) => {
    const opened = await openSites(stack, context);
    return runChange(
      opened,
      {
        stack,
        site,
        dryRun,
        confirm: (what) => {
          if (confirm === undefined) context.progress.warn(what);
          return context.ask.typeName({ action: `the removal of ${site}`, expected: site, confirm });
        },
        call: (options) => opened.client.teardown(site, options),
        awaited: wait ? () => ({ kind: "removal" }) : undefined,
      },
      context,
    );
  },
});
