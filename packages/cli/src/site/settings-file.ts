import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { InvalidInputError } from "@slipway/core";
import type { SiteSettings } from "@slipway/static-site-pipeline/library";

/** The option that names the file. */
export const settingsOption = {
  settings: {
    type: "string",
    demandOption: true,
    describe:
      "JSON file with the site's settings; its keys: packages/static-site-pipeline/README.md#settings-of-a-site",
  },
} as const;

/** Reads it. What it holds is checked by the library, which names the field that is wrong. @throws InvalidInputError */
export async function readSettings(cwd: string, name: string): Promise<SiteSettings> {
  const file = resolve(cwd, name);
  try {
    return JSON.parse(await readFile(file, "utf8")) as SiteSettings;
  } catch (error) {
    const problem = error instanceof SyntaxError ? `${file} is no JSON` : `${file} cannot be read`;
    const hint = 'e.g. {"name":"Shop","source":{"kind":"zip"}}';
    throw new InvalidInputError("--settings", problem, hint, { cause: error });
  }
}
