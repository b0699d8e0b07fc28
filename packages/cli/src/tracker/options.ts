/** Options of every command that asks the release tracker. */
export const trackerOptions = {
  "project-id": { type: "string", describe: "Project of the manifest; needed when the file holds several" },
  "tracker-stack": {
    type: "string",
    describe: "Stack that holds the tracker's tables (SLIPWAY_TRACKER_STACK)",
    defaultDescription: "tools",
  },
} as const;

/** Option of every command that works on one environment. */
export const environmentOption = {
  environment: { type: "string", alias: "e", demandOption: true, describe: "Environment id of the project manifest" },
} as const;

/** Option of commands that end with a record for people to read. */
export const reasonOption = {
  reason: { type: "string", demandOption: true, describe: "Why, for the record" },
} as const;

/** Option of commands that list. */
export const limitOption = { limit: { type: "number", default: 20, describe: "How many, newest first" } } as const;
