/** A value as DynamoDB's JSON has it. */
type Attribute =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly BOOL: boolean }
  | { readonly L: readonly Attribute[] }
  | { readonly M: Readonly<Record<string, Attribute>> };

/** Writes an object as the item of a table; what is undefined is left out. */
export const toItem = (value: object): string => JSON.stringify(members(value));

const members = (value: object): Record<string, Attribute> =>
  Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) => (member === undefined ? [] : [[name, attribute(member)]])),
  );

function attribute(value: unknown): Attribute {
  if (typeof value === "string") return { S: value };
  if (typeof value === "number") return { N: String(value) };
  if (typeof value === "boolean") return { BOOL: value };
  if (Array.isArray(value)) return { L: value.map(attribute) };
  if (typeof value === "object" && value !== null) return { M: members(value) };
  throw new TypeError(`${typeof value} is nothing that an item holds`);
}
