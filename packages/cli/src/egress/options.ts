import { InvalidInputError } from "@slipway/core";

/** Position of the job that a command is about. */
export const jobPosition = {
  job: { type: "string", describe: "Id of a job, or its flag: s3://bucket/folder/, or a folder in its own bucket" },
} as const;

/** Options that choose a pipeline and a day. */
export const dayOptions = {
  pipeline: { type: "string", describe: "Name of a pipeline, without what follows a #" },
  date: { type: "string", describe: "Day that the data is of, e.g. 2024-12-31" },
} as const;

/** Checks an option that is a moment. @throws InvalidInputError naming it. */
export function requireMoment(option: string, value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const isMoment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(value);
  if (isMoment && !Number.isNaN(Date.parse(value))) return new Date(value).toISOString();
  throw new InvalidInputError(`--${option}`, `${value} is no moment`, "write it like 2024-12-31T06:00:00Z");
}
