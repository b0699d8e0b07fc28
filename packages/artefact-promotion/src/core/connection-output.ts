import { InvalidInputError } from "@slipway/core";
import * as z from "zod/mini";
import { checkInput, text } from "./check-input";

const NO_OBJECT = "must be an object";

const bucketSchema = z.object({ name: text, owner: text }, NO_OBJECT);

const connectionSchema = z.object(
  {
    sourceEnvironment: text,
    targetEnvironment: text,
    source: bucketSchema,
    target: bucketSchema,
    filter: z.optional(
      z.object(
        { prefix: z.optional(z.string("must be a text")), suffix: z.optional(z.string("must be a text")) },
        NO_OBJECT,
      ),
    ),
    targetKeyArn: z.optional(text),
    ledgerTable: text,
    queueUrl: text,
    deadLetterQueueUrl: text,
    eventBus: z.optional(text),
    graceMinutes: z.optional(z.number("must be a number of minutes").check(z.minimum(0, "must not be negative"))),
    region: z.optional(text),
  },
  NO_OBJECT,
);

const roleSchema = z.object(
  { roleArn: text, sessionName: z.optional(text), externalId: z.optional(text) },
  "must be { roleArn }",
);

const openSchema = z.extend(connectionSchema, {
  roles: z.optional(z.array(roleSchema, "must be a list of roles")),
  requestedBy: z.optional(z.object({ id: text, name: text }, NO_OBJECT)),
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

/**
 * Checks what a promotion is opened with: {@link ConnectionOutput} and who acts.
 *
 * @throws InvalidInputError naming the part that is missing or cannot be used.
 */
export function checkConnection(value: unknown): void {
  const hint = "pass the stack's output `connection`, with `roles: [{ roleArn }]` where a role is to be assumed";
  checkInput(openSchema, value, "connection", hint);
}
