import { InvalidInputError } from "@slipway/core";

/** Option of commands that look at a part of the keys. */
export const prefixOption = { prefix: { type: "string", describe: "Only keys that begin so" } } as const;

/** Option of commands that list keys. */
export const keyLimitOption = { limit: { type: "number", default: 100, describe: "How many to list" } } as const;

/** Checks an option that counts. @throws InvalidInputError naming it. */
export function requireCount(option: string, value: number | undefined, least = 1): void {
  if (value === undefined || (Number.isSafeInteger(value) && value >= least)) return;
  throw new InvalidInputError(`--${option}`, `must be a whole number from ${least}`);
}
