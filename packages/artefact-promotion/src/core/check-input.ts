import { InvalidInputError } from "@slipway/core";
import * as z from "zod/mini";

/** A text that says something. */
export const text = z.string("must be a text").check(z.minLength(1, "must not be empty"));

/** A whole number from `least` on. With `orAll` also Infinity, which stands for all there are. */
export const wholeNumber = (least: number, { orAll = false } = {}) =>
  z.custom<number>(
    (value) => (orAll && value === Infinity) || (Number.isSafeInteger(value) && Number(value) >= least),
    `must be a whole number from ${least}`,
  );

/**
 * Refuses what no compiler has seen, such as a variable that is not set in a script.
 *
 * @param subject What is checked, for the error where all of it is something else.
 * @param hint How to mend it, e.g. an example.
 * @throws InvalidInputError naming the first field that is missing or cannot be used.
 */
export function checkInput(schema: z.ZodMiniType, value: unknown, subject: string, hint: string): void {
  const issue = schema.safeParse(value, { reportInput: true }).error?.issues[0];
  if (issue === undefined) return;
  const field = issue.path.length === 0 ? subject : issue.path.join(".");
  throw new InvalidInputError(field, issue.input === undefined ? "is missing" : issue.message, hint);
}
