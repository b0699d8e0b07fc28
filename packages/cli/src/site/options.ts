import { stackOption } from "../stack/options";

/** Position of the site that a command is about. */
export const sitePosition = { site: { type: "string", demandOption: true, describe: "Id of the site" } } as const;

/** Options of every command on sites. */
export const siteOptions = stackOption;

/** Option of commands whose work goes on elsewhere. */
export const waitOption = {
  wait: { type: "boolean", default: true, describe: "Wait until it has ended; --no-wait only asks for it" },
} as const;
