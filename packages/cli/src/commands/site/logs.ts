import type { LogLine } from "@slipway/static-site-pipeline/library";
import { defineCommand } from "../../command";
import { requireCount } from "../../options/require-count";
import { openSites } from "../../site/open-sites";
import { siteOptions, sitePosition } from "../../site/options";

export const command = defineCommand({
  describe: "Print the log of a build of a site",
  mutates: false,
  positionals: sitePosition,
  options: {
    ...siteOptions,
    build: { type: "number", describe: "Number of the build", defaultDescription: "the newest one" },
    follow: { type: "boolean", default: false, alias: "f", describe: "Wait for more until it has ended, or Ctrl-C" },
  },
  examples: [
    ["slipway site logs shop --stack tools --follow", "What the newest build prints"],
    ["slipway site logs shop --build 12 --stack tools", "What an earlier one printed"],
  ],
  run: async ({ site, stack, build, follow }, context) => {
    requireCount("build", build);
    const { client } = await openSites(stack, context);
    const lines = client.logs(site, { build, follow, signal: context.signal });
    return { schema: "slipway.site-log-line.v1", data: {}, stream: textLines(site, lines) };
  },
});

async function* textLines(site_id: string, lines: AsyncIterable<LogLine>) {
  for await (const { at, text } of lines) yield { record: { site_id, at, text }, text };
}
