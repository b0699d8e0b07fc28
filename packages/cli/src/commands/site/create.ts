import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { InvalidInputError } from "@slipway/core";
import type { SiteSettings } from "@slipway/static-site-pipeline/library";
import { defineCommand } from "../../command";
import { openSites } from "../../site/open-sites";
import { siteOptions, sitePosition } from "../../site/options";
import { runChange } from "../../site/run-change";

export const command = defineCommand({
  describe: "Make the pipeline of a site, as an app event does; `provision` makes what it consists of",
  mutates: true,
  positionals: sitePosition,
  options: {
    ...siteOptions,
    settings: { type: "string", demandOption: true, describe: "JSON file with the site's settings" },
  },
  examples: [["slipway site create shop --settings shop.json --stack tools", "A site without an app"]],
  run: async ({ site, stack, settings: file, dryRun }, context) => {
    const settings = await readSettings(resolve(context.cwd, file));
    const opened = await openSites(stack, context);
    const call = (options: { readonly dryRun?: boolean | undefined }) =>
      opened.client.create(site, settings as SiteSettings, options);
    return runChange(opened, { stack, site, dryRun, call }, context);
  },
});

/** What it holds is checked by the library, which names the field that is wrong. */
async function readSettings(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as unknown;
  } catch (error) {
    const problem = error instanceof SyntaxError ? `${file} is no JSON` : `${file} cannot be read`;
    const hint = 'e.g. {"name":"Shop","source":{"kind":"zip"}}';
    throw new InvalidInputError("--settings", problem, hint, { cause: error });
  }
}
