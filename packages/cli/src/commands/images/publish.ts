import { defineCommand } from "../../command";
import { openTracker } from "../../tracker/open-tracker";
import { trackerOptions } from "../../tracker/options";

export const command = defineCommand({
  describe: "Put a service's image under a label",
  mutates: true,
  positionals: {
    service: { type: "string", demandOption: true, describe: "Service id" },
    uri: { type: "string", demandOption: true, describe: "Image URI with a tag, a digest, or both" },
  },
  options: {
    ...trackerOptions,
    label: { type: "string", default: "latest", describe: "Label to put it under" },
    "user-id": { type: "string", describe: "Who publishes; default: the caller's AWS identity" },
  },
  examples: [["slipway images publish api 1234.dkr.ecr.eu-west-2.amazonaws.com/api:v7", "From a build job"]],
  run: async ({ service, uri, label, userId, dryRun, ...args }, context) => {
    const tracker = await openTracker(args, context);
    const published = await tracker.publishImage({ service, uri, label, userId, dryRun });
    const { parameter, previous, written } = published;
    const done = dryRun ? "would be" : written ? "is now" : "was already";
    return {
      schema: "slipway.image.v1",
      data: { service, label, parameter, uri: published.uri, previous: previous ?? null, written, dry_run: dryRun },
      text: () => `${parameter} ${done} ${published.uri}${written && previous ? ` (before: ${previous})` : ""}`,
    };
  },
});
