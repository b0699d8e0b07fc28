import { InvalidInputError } from "@slipway/core";

/**
 * Refuses what no compiler has seen, such as a variable that is not set in a CI job.
 *
 * @param given Fields by name.
 * @param hint Where their values come from.
 * @throws InvalidInputError naming the first field that is missing, empty or no text.
 */
export function requireText(given: Readonly<Record<string, unknown>>, hint: string): void {
  for (const [field, value] of Object.entries(given)) {
    if (value === undefined || value === null || value === "") throw new InvalidInputError(field, "is missing", hint);
    if (typeof value !== "string") throw new InvalidInputError(field, "is no text", hint);
  }
}
