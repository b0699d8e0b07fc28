import { FLAG_NAME } from "../contract";
import { fillControlFile, fillDestination, momentOf, type Moment } from "./dates";
import type { Flag } from "./flags";
import type { Subject } from "./job";
import { folderOfFlag, matchRows, type RowMatch } from "./matching";
import { nameProblem, sentName, targetProblem } from "./names";
import type { ParsedRow, Row } from "./rows";
import { folderOfVolume } from "./volume";

/** One version of a file, which is what a job sends whatever is put there later. */
export interface SourceFile {
  readonly key: string;
  /** Absent where the bucket is not versioned. */
  readonly versionId?: string | undefined;
  /** Bytes. */
  readonly size: number;
  /** Without quotes: tells these bytes from others. */
  readonly etag: string;
  /** ISO 8601. */
  readonly lastModified: string;
}

/** Where one way of a job goes; one for each row that matched. */
export interface Way {
  readonly row: Row;
  /** Folder of the targets: ends in `/` or is blank. For SFT below the volume's root. */
  readonly folder: string;
  /** Names of the files at the recipient, in the order of the job's files. */
  readonly names: readonly string[];
  readonly controlFile?: string | undefined;
  readonly manifestFile?: string | undefined;
}

/** All that a job sends: fixed before the first byte is. */
export interface Plan {
  readonly pipeline: string;
  readonly moment: Moment;
  readonly files: readonly SourceFile[];
  readonly ways: readonly Way[];
}

/** Why a flag sends nothing. */
export interface Refusal {
  readonly code:
    | "no-row"
    | "ambiguous-rows"
    | "bad-row"
    | "no-files"
    | "unsafe-name"
    | "name-collision"
    | "flag-without-folder"
    | "job-unknown";
  readonly reason: string;
  /** How to mend it. */
  readonly hint: string;
  /** Whose data it is, where a row is for the folder. */
  readonly subject?: Subject | undefined;
}

/** What a flag asks for, before its files are known. */
export type Request =
  | {
      readonly kind: "request";
      readonly pipeline: string;
      readonly folder: string;
      readonly moment: Moment;
      readonly matches: readonly RowMatch[];
    }
  | { readonly kind: "refused"; readonly refusal: Refusal };

const refused = (code: Refusal["code"], reason: string, hint: string, subject?: Subject) =>
  ({ kind: "refused", refusal: { code, reason, hint, ...(subject && { subject }) } }) as const;

/**
 * Finds the rows of a flag. A bad row refuses the flags that could be its own, whichever other rows there are: it may
 * be the very one that says where the data must go.
 */
export function requestOf(flag: Flag, items: readonly ParsedRow[]): Request {
  const folder = folderOfFlag(flag.key);
  if (folder === undefined) {
    const hint = "put a new flag where the data is, and dismiss this one";
    return refused("flag-without-folder", `${flag.key} has no folder`, hint);
  }
  const rows = items.flatMap((item) => (item.ok ? [item.row] : []));
  const found = matchRows(rows, flag);
  const { date: day, time } = momentOf(flag.at);
  const date = (found.kind === "none" ? undefined : found.date) ?? day;
  const bad = items.find((item) => !item.ok && couldBeFor(item.prefix, folder));
  if (bad !== undefined && !bad.ok) {
    const problems = bad.problems.map(({ field, problem }) => `[${field}] ${problem}`).join("; ");
    const subject = found.kind === "matched" ? { pipeline: found.pipeline, date } : undefined;
    return refused("bad-row", `row ${bad.name}: ${problems}`, "mend the row, then redrive the dead letter", subject);
  }
  if (found.kind === "none") {
    const hint = "add one, then redrive the dead letter; or dismiss it, where the flag is in a wrong folder";
    return refused("no-row", `no row for s3://${flag.bucket}/${flag.key}`, hint);
  }
  if (found.kind === "ambiguous") {
    const reason = `rows of ${found.pipelines.join(" and ")} both take ${found.prefix}`;
    const hint = "keep one of them, or name them alike up to a #, then redrive the dead letter";
    return refused("ambiguous-rows", reason, hint, { date });
  }
  return { kind: "request", pipeline: found.pipeline, folder, moment: { date, time }, matches: found.matches };
}

/** What comes before the first placeholder tells enough; a row without a prefix could be for anything. */
function couldBeFor(prefix: string, folder: string): boolean {
  const [start = ""] = prefix.split(/[$*]/, 1);
  return folder.startsWith(start.replace(/\/$/, ""));
}

/** What becomes of a request once its files are listed. */
export type Planned =
  { readonly kind: "plan"; readonly plan: Plan } | { readonly kind: "refused"; readonly refusal: Refusal };

type Accepted = Extract<Request, { kind: "request" }>;

/** Fixes what a job sends, and under which names. Files named like flags are none, nor are folders' own objects. */
export function planOf(request: Accepted, listed: readonly SourceFile[]): Planned {
  const planned = fixed(request, listed);
  if (planned.kind === "plan") return planned;
  const subject = { pipeline: request.pipeline, date: request.moment.date };
  return { kind: "refused", refusal: { ...planned.refusal, subject } };
}

function fixed(request: Accepted, listed: readonly SourceFile[]): Planned {
  const { pipeline, folder, moment, matches } = request;
  const files = listed
    .filter(({ key }) => !key.endsWith("/") && key.slice(key.lastIndexOf("/") + 1) !== FLAG_NAME)
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  if (files.length === 0)
    return refused("no-files", `nothing but the flag in ${folder}`, "put data there, then a new flag");
  for (const { key } of files) {
    const problem = nameProblem(key, folder);
    if (problem !== undefined) return refused("unsafe-name", `${JSON.stringify(key)} ${problem}`, RENAME);
  }
  const ways = matches.map(({ row }) => wayOf(row, files, moment));
  for (const way of ways) {
    const refusal = wayProblem(way, files);
    if (refusal !== undefined) return { kind: "refused", refusal };
  }
  return { kind: "plan", plan: { pipeline, moment, files, ways } };
}

/** A job's list of files is as it was when its flag was put: the same flag again would be refused again. */
const RENAME = "rename it, and put a new flag";

function wayOf(row: Row, files: readonly SourceFile[], moment: Moment): Way {
  const destination = fillDestination(row.destinationPrefix, moment);
  return {
    row,
    folder: row.transferType === "SFT" ? `${folderOfVolume(destination) ?? ""}/` : destination,
    names: files.map(({ key }) => sentName(key, row, moment)),
    controlFile: row.controlFile === undefined ? undefined : fillControlFile(row.controlFile, moment),
    manifestFile: manifestNameOf(row, moment),
  };
}

function manifestNameOf({ manifestFile, manifestEncryption }: Row, moment: Moment): string | undefined {
  if (manifestFile === undefined) return undefined;
  return `${fillDestination(manifestFile, moment)}${manifestEncryption === undefined ? "" : ".enc"}`;
}

function wayProblem(way: Way, files: readonly SourceFile[]): Refusal | undefined {
  const { row, names, folder } = way;
  const seen = new Map<string, string>();
  const extra = [way.controlFile, way.manifestFile].flatMap((name) => name ?? []);
  for (const [index, name] of [...names, ...extra].entries()) {
    const source = files[index]?.key ?? name;
    const problem = targetProblem(row, name, `${folder}${name}`);
    if (problem !== undefined) {
      return { code: "unsafe-name", reason: `${JSON.stringify(source)} ${problem}`, hint: RENAME };
    }
    const other = seen.get(name);
    if (other !== undefined) {
      const reason = `${JSON.stringify(other)} and ${JSON.stringify(source)} would both be sent as ${name}`;
      return { code: "name-collision", reason, hint: "give them different names, and put a new flag" };
    }
    seen.set(name, source);
  }
  return undefined;
}
