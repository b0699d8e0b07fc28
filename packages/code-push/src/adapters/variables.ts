import { InvalidInputError } from "@slipway/core";

/** Environment variables by name. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** A variable's value; an empty one is none. */
export const optional = (env: Variables, name: string): string | undefined =>
  env[name] === "" ? undefined : env[name];

/** @throws InvalidInputError naming a variable that is not set. */
export function required(env: Variables, name: string): string {
  const value = optional(env, name);
  if (value === undefined) throw new InvalidInputError(name, "is not set");
  return value;
}

/** @throws InvalidInputError naming a variable that is no whole number. */
export function whole(env: Variables, name: string): number | undefined {
  const text = optional(env, name);
  if (text === undefined) return undefined;
  if (!/^\d{1,12}$/.test(text)) throw new InvalidInputError(name, `${text} is no whole number`);
  return Number(text);
}
