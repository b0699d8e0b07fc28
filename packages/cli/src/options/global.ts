/** Options that every command takes. */
export const globalOptions = {
  json: { type: "boolean", default: false, describe: "Print one JSON document with a versioned schema on stdout" },
  quiet: { type: "boolean", default: false, alias: "q", describe: "No progress or notices on stderr" },
  verbose: { type: "boolean", default: false, alias: "v", describe: "More detail on stderr" },
  debug: { type: "boolean", default: false, describe: "Show stack traces of errors" },
  color: { type: "boolean", default: true, describe: "Colours on a terminal (NO_COLOR is honoured as well)" },
} as const;

/** Options that every command that changes something takes. */
export const mutationOptions = {
  yes: { type: "boolean", default: false, alias: "y", describe: "Answer every confirmation with yes" },
  "dry-run": { type: "boolean", default: false, describe: "Say what would be done and write nothing" },
} as const;
