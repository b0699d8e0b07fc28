import { InvalidInputError } from "@slipway/core";
import * as z from "zod/mini";

const bucketSchema = z.object({ name: z.string(), owner: z.string() });

const connectionSchema = z.object({
  sourceEnvironment: z.string(),
  targetEnvironment: z.string(),
  source: bucketSchema,
  target: bucketSchema,
  filter: z.optional(z.object({ prefix: z.optional(z.string()), suffix: z.optional(z.string()) })),
  targetKeyArn: z.optional(z.string()),
  ledgerTable: z.string(),
  queueUrl: z.string(),
  deadLetterQueueUrl: z.string(),
  eventBus: z.optional(z.string()),
  graceMinutes: z.optional(z.number()),
  region: z.optional(z.string()),
});

/** Where a promotion is, as its stack says. */
export type ConnectionOutput = z.infer<typeof connectionSchema>;

/**
 * Reads what a stack says in an output that is the component's `connection`.
 *
 * @param field What is read, for the error.
 * @throws InvalidInputError naming the part that is missing or of another type.
 */
export function parseConnection(value: unknown, field = "connection"): ConnectionOutput {
  const parsed = connectionSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const at = issue === undefined || issue.path.length === 0 ? "" : `${issue.path.join(".")} `;
  throw new InvalidInputError(field, `${at}is not what an artefact promotion says`, "export its connection there");
}
