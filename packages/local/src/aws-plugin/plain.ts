import type * as pulumi from "@pulumi/pulumi";

/** A property bag as it travels between the engine and a provider. */
export type Props = Record<string, unknown>;

type Primitive = string | number | boolean | null | undefined;

/**
 * What is left of an SDK type once every `Input` is resolved: the shape in which the engine hands it to a provider.
 * A resource given where an id is accepted arrives as its id.
 */
export type Plain<T> = T extends Primitive
  ? T
  : T extends pulumi.OutputInstance<infer U>
    ? Plain<U>
    : T extends Promise<infer U>
      ? Plain<U>
      : T extends pulumi.Resource
        ? string
        : T extends readonly (infer U)[]
          ? Plain<U>[]
          : T extends object
            ? PlainObject<T>
            : T;

// Assets and archives are classes without members: nothing of them but a bag.
type PlainObject<T> = keyof T extends never ? Props : { [K in keyof T]: Plain<T[K]> };

/** Whether `value` is a plain object (no array, no null). */
export function isProps(value: unknown): value is Props {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a value says nothing: absent, null, or an empty string, list or object. */
export function isBlank(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  return isProps(value) && Object.values(value).every(isBlank);
}

/** Whether a value is no more than a type's zero: programs and AWS alike may leave it out. */
export function isUnsaid(value: unknown): boolean {
  if (isProps(value)) return Object.values(value).every(isUnsaid);
  return value === false || value === 0 || isBlank(value);
}

/** `bag` without the keys whose value is undefined. */
export function compact<T extends object>(bag: T): T {
  const kept: Partial<T> = {};
  for (const key of Object.keys(bag) as (keyof T)[]) if (bag[key] !== undefined) kept[key] = bag[key];
  return kept as T;
}
