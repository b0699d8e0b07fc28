import { FLAG_NAME, PLACEHOLDERS } from "../contract";
import { isDate } from "./dates";
import { pipelineOf, type Row } from "./rows";

/** Where a flag is. */
export interface FlagPlace {
  readonly bucket: string;
  /** Decoded. */
  readonly key: string;
}

/** A row that a flag is for. */
export interface RowMatch {
  readonly row: Row;
  /** What the prefix stands for in this flag's key. */
  readonly prefix: string;
  /** `YYYY-MM-DD`, where the row's prefix has a date. */
  readonly date?: string | undefined;
}

/** What a flag is for. */
export type Matching =
  | {
      readonly kind: "matched";
      readonly pipeline: string;
      readonly matches: readonly RowMatch[];
      /** `YYYY-MM-DD`, where a row's prefix has a date. */
      readonly date?: string | undefined;
    }
  | { readonly kind: "none" }
  | {
      readonly kind: "ambiguous";
      readonly pipelines: readonly string[];
      readonly prefix: string;
      readonly date?: string | undefined;
    };

/** Folder of a flag, with a `/` at its end; undefined for a key that is no flag. A flag at the top has no folder. */
export function folderOfFlag(key: string): string | undefined {
  const folder = key.slice(0, key.length - FLAG_NAME.length);
  return key.endsWith(FLAG_NAME) && folder.endsWith("/") ? folder : undefined;
}

/**
 * The rows that a flag is for: those with the longest prefix among the ones that its folder begins with. They must
 * all be of one pipeline; otherwise nobody can say whose data it is.
 */
export function matchRows(rows: readonly Row[], flag: FlagPlace): Matching {
  const folder = folderOfFlag(flag.key) ?? "";
  const found = rows.flatMap((row) => (row.sourceBucket === flag.bucket ? (matchRow(row, folder) ?? []) : []));
  const length = Math.max(0, ...found.map(({ prefix }) => prefix.length));
  const longest = found.filter(({ prefix }) => prefix.length === length);
  const pipelines = [...new Set(longest.map(({ row }) => pipelineOf(row)))].sort();
  const [first] = longest;
  const [pipeline] = pipelines;
  if (first === undefined || pipeline === undefined) return { kind: "none" };
  const [date] = longest.flatMap((match) => match.date ?? []);
  return pipelines.length === 1
    ? { kind: "matched", pipeline, matches: longest, date }
    : { kind: "ambiguous", pipelines, prefix: first.prefix, date };
}

function matchRow(row: Row, folder: string): RowMatch | undefined {
  const match = patternOf(row).exec(folder);
  if (match === null) return undefined;
  const [prefix, ...dates] = match;
  const [date] = dates;
  // A prefix with two dates is one about one day.
  if (dates.some((each) => each !== date || !isDate(each))) return undefined;
  return { row, prefix, date };
}

const patternOf = ({ sourcePrefix }: Row): RegExp =>
  new RegExp(`^${sourcePrefix.split(PLACEHOLDERS.date).map(literal).join("(\\d{4}-\\d{2}-\\d{2})")}`);

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Two rows of which one flag, or one file, could be meant. */
export interface Overlap {
  readonly first: Row;
  readonly second: Row;
}

/** Pairs of rows of different pipelines in one bucket where one folder is, or can be, within the other's. */
export function findOverlaps(rows: readonly Row[]): Overlap[] {
  return rows.flatMap((first, index) =>
    rows
      .slice(index + 1)
      .filter(
        (second) =>
          first.sourceBucket === second.sourceBucket &&
          pipelineOf(first) !== pipelineOf(second) &&
          mayNest(first.sourcePrefix, second.sourcePrefix),
      )
      .map((second) => ({ first, second })),
  );
}

/** Pairs of rows of different pipelines that take the same folder, whose flags are therefore refused. */
export const findConflicts = (rows: readonly Row[]): Overlap[] =>
  // Of two folders within each other the inner one is meant.
  findOverlaps(rows).filter(({ first, second }) => depthOf(first) === depthOf(second));

const depthOf = ({ sourcePrefix }: Row): number => sourcePrefix.split("/").length;

/** Whether some text could begin with both patterns. */
function mayNest(first: string, second: string): boolean {
  const [a = [], b = []] = [first, second].map((each) => each.split("/").filter((part) => part !== ""));
  return a.every((part, index) => {
    const other = b[index];
    return other === undefined || couldBeSame(part, other);
  });
}

const SAMPLE = "2000-01-01";

function couldBeSame(a: string, b: string): boolean {
  const onThatDay = (part: string): string => part.replaceAll(PLACEHOLDERS.date, SAMPLE);
  const anyDay = (part: string): RegExp =>
    new RegExp(`^${part.split(PLACEHOLDERS.date).map(literal).join("\\d{4}-\\d{2}-\\d{2}")}$`);
  return anyDay(a).test(onThatDay(b)) || anyDay(b).test(onThatDay(a));
}
