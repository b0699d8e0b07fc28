import { InvalidInputError } from "@slipway/core";
import { defineCommand } from "../../command";
import { openTracker } from "../../tracker/open-tracker";
import { trackerOptions } from "../../tracker/options";
import { preparedResult } from "../../tracker/render-prepared";

export const command = defineCommand({
  describe: "Make a release of the images under a label, pinned by digest",
  mutates: true,
  options: {
    ...trackerOptions,
    "from-label": { type: "string", default: "latest", describe: "Label to read images from" },
    service: { type: "string", array: true, describe: "Service to take from elsewhere; with --service-source" },
    "service-source": { type: "string", array: true, describe: "Label or image URI for the --service before it" },
    description: { type: "string", default: "", describe: "What is in it, for people" },
    "request-token": { type: "string", describe: "The same token makes the same release, however often it is sent" },
  },
  examples: [
    ['slipway release prepare --description "May features"', "Of the images under latest"],
    ["slipway release prepare --service api --service-source hotfix", "One service from another label"],
    ["slipway release prepare --dry-run", "What would be in it"],
  ],
  run: async ({ fromLabel, service, serviceSource, description, requestToken, dryRun, ...args }, context) => {
    const overrides = pairUp(service ?? [], serviceSource ?? []);
    const tracker = await openTracker(args, context);
    const prepared = await tracker.prepareRelease({ fromLabel, overrides, description, requestToken, dryRun });
    for (const warning of prepared.warnings) context.progress.warn(`warning: ${warning}`);
    return preparedResult(prepared, dryRun);
  },
});

function pairUp(services: readonly string[], sources: readonly string[]): Record<string, string> {
  if (services.length !== sources.length) {
    const problem = `${services.length} --service and ${sources.length} --service-source do not pair up`;
    throw new InvalidInputError("--service", problem, "give one --service-source for each --service");
  }
  const twice = services.find((service, index) => services.indexOf(service) !== index);
  if (twice !== undefined)
    throw new InvalidInputError("--service", `${twice} is given twice`, "name each service once");
  return Object.fromEntries(services.map((service, index) => [service, sources[index] ?? ""]));
}
