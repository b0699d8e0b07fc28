import { DEFAULT_LIMITS } from "../contract";

/** Caps on the work for one repository. */
export interface GitLimits {
  /** Bytes that git may put on disk. */
  readonly fetchedBytes: number;
  /** Bytes of all files of a commit together. */
  readonly archiveBytes: number;
  /** Files in a commit. A zip without extensions holds 65,535. */
  readonly files: number;
  /** Milliseconds for one git command. */
  readonly milliseconds: number;
  /** Branches and tags of a remote. */
  readonly refs: number;
}

const MEBIBYTE = 1024 * 1024;
const LARGEST = { fetchMegabytes: 10_000, archiveMegabytes: 3_800, files: 65_000, gitSeconds: 800 } as const;
const MOST_REFS = 20_000;

/** Limits from the contract's numbers, held to what a zip, a function and its disk can do. */
export function gitLimits(given: Partial<Record<keyof typeof DEFAULT_LIMITS, number>> = {}): GitLimits {
  const limit = (name: keyof typeof DEFAULT_LIMITS): number =>
    Math.min(given[name] ?? DEFAULT_LIMITS[name], LARGEST[name]);
  return {
    fetchedBytes: limit("fetchMegabytes") * MEBIBYTE,
    archiveBytes: limit("archiveMegabytes") * MEBIBYTE,
    files: limit("files"),
    milliseconds: limit("gitSeconds") * 1000,
    refs: MOST_REFS,
  };
}
