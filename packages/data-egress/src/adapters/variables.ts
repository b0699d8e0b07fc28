import { InvalidInputError } from "@slipway/core";

/** The environment of a process. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Undefined when it is not set or empty. */
export const optional = (env: Variables, name: string): string | undefined =>
  env[name] === "" ? undefined : env[name];

/** @throws InvalidInputError naming the variable when it is not set. */
export function required(env: Variables, name: string): string {
  const value = optional(env, name);
  if (value === undefined) throw new InvalidInputError(name, "is not set");
  return value;
}

/** @throws InvalidInputError naming the variable when it is no whole number above 0. */
export function whole(env: Variables, name: string, fallback: number): number {
  const text = optional(env, name);
  if (text === undefined) return fallback;
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidInputError(name, `${text} is no whole number above 0`);
  return Number(text);
}
