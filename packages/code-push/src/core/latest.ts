import { at, textAt } from "./payload";
import { isSha } from "./refs";

/** What a ref's pointer says: one JSON object per ref, moved by conditional writes only. */
export interface Pointer {
  readonly repository: string;
  readonly ref: string;
  /** The commit that `key` is the archive of. */
  readonly sha: string;
  readonly key: string;
  readonly version_id?: string;
  /** ISO 8601. */
  readonly commit_time: string;
  /** Grows by one with each move. */
  readonly sequence: number;
  /** The remote's commit at which path filters found nothing to push; the same as `sha` otherwise. */
  readonly considered: string;
  /** Whether the event that tells of this move was published. */
  readonly announced: boolean;
}

/** What is written when a push is complete. */
export interface Receipt {
  readonly repository: string;
  readonly ref: string;
  readonly sha: string;
  readonly bucket: string;
  readonly key: string;
  readonly version_id?: string;
  /** Base64. */
  readonly checksum_sha256: string;
  readonly size: number;
  readonly author: string;
  /** ISO 8601. */
  readonly commit_time: string;
  /** First line. */
  readonly message: string;
  readonly correlation_id: string;
  /** ISO 8601. */
  readonly pushed_at: string;
}

/** Reads a pointer; nothing when it is not one, which then counts as absent. */
export function parsePointer(text: string): Pointer | undefined {
  const value = parseJson(text);
  const [sha, sequence] = [at(value, "sha"), at(value, "sequence")];
  if (!isSha(sha) || typeof sequence !== "number" || textAt(value, "key") === undefined) return undefined;
  return value as Pointer;
}

/** Reads a receipt; nothing when it is not one. */
export function parseReceipt(text: string): Receipt | undefined {
  const value = parseJson(text);
  return isSha(at(value, "sha")) && textAt(value, "key") !== undefined ? (value as Receipt) : undefined;
}

/** Where a ref is at the remote. Nothing: it is gone. */
export type Head = string | undefined;

/** What to do about a pointer, once the archive of `sha` is there. */
export type LatestDecision = { readonly kind: "move" } | { readonly kind: "stay"; readonly isLatest: boolean };

/**
 * Whether a ref's pointer goes to a commit. The remote is the truth, asked after the pointer was read: a late event
 * about an older commit finds another head there, and a force push to an older commit finds that one.
 */
export function decideLatest(pointer: Pointer | undefined, head: Head, sha: string): LatestDecision {
  if (pointer?.sha === sha && head === sha) return { kind: "stay", isLatest: true };
  return head === sha ? { kind: "move" } : { kind: "stay", isLatest: false };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
