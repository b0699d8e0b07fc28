import { InvalidInputError } from "./errors";
import { didYouMean, nearestWord } from "./nearest-word";

/** What an object may hold: by field `true` for anything, or what the object there, or each of a list of them, may hold. */
export interface KnownFields {
  readonly [field: string]: KnownFields | true;
}

/**
 * Refuses a field that nobody reads: a misspelt one would be ignored, and what it asks for would not be done. Fields that are
 * `undefined` are not there, and what is known only later (an output, a promise) is not looked into.
 *
 * @param at Where the value stands, e.g. `slipway:dataEgress`. @default nowhere: fields are named alone
 * @throws InvalidInputError naming the first such field with its place, and what was probably meant.
 */
export function refuseUnknownFields(value: unknown, known: KnownFields, at = ""): void {
  if (Array.isArray(value)) return value.forEach((each, index) => refuseUnknownFields(each, known, `${at}[${index}]`));
  if (!isPlainObject(value)) return;
  for (const [field, held] of Object.entries(value).filter(([, each]) => each !== undefined)) {
    const place = at === "" ? field : `${at}.${field}`;
    const below = Object.hasOwn(known, field) ? known[field] : undefined;
    if (below === undefined) throw unknownField(place, field, Object.keys(known));
    if (below !== true) refuseUnknownFields(held, below, place);
  }
}

const isPlainObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && [Object.prototype, null].includes(Object.getPrototypeOf(value));

function unknownField(place: string, field: string, known: readonly string[]): InvalidInputError {
  const meant = nearestWord(field, known);
  const hint = meant === undefined ? `use: ${known.join(", ")}` : `write ${meant}`;
  return new InvalidInputError(place, `unknown field${didYouMean(meant)}`, hint);
}
