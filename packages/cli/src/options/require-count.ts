import { InvalidInputError } from "@slipway/core";

/** Checks an option that counts. @throws InvalidInputError naming it. */
export function requireCount(option: string, value: number | undefined, least = 1): void {
  if (value === undefined || (Number.isSafeInteger(value) && value >= least)) return;
  throw new InvalidInputError(`--${option}`, `must be a whole number from ${least}`, `write e.g. --${option} 20`);
}
