import { InvalidInputError } from "@slipway/core";

/** A branch or a tag, taken apart. */
export interface RefName {
  readonly kind: "branch" | "tag";
  /** Without `refs/heads/` or `refs/tags/`. */
  readonly name: string;
}

const REF = /^refs\/(heads|tags)\/(.+)$/s;
const SHA = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
/** What `git check-ref-format` refuses, and names that git would take for an option or a revision. */
const ILLEGAL = /[\x00-\x20\x7f~^:?*[\\]|\.\.|@\{|^[-./]|\/[./]|\/\/|[/.]$|\.lock(?:\/|$)|^@$/;
/** Bytes of a ref name; git's own limit is the file system's. */
const LONGEST_REF = 512;

/** Whether a text is a commit id as Slipway writes them. */
export const isSha = (text: unknown): text is string => typeof text === "string" && SHA.test(text);

/** The id of no commit. */
export const NO_SHA = "0".repeat(40);

/** The id that providers put where a ref does not exist. */
export const isNoSha = (text: unknown): boolean => typeof text === "string" && /^0+$/.test(text);

/** Takes a ref apart; nothing when it is neither a branch nor a tag with a legal name. */
export function parseRef(ref: unknown): RefName | undefined {
  if (typeof ref !== "string" || Buffer.byteLength(ref) > LONGEST_REF) return undefined;
  const [, folder, name] = REF.exec(ref) ?? [];
  if (name === undefined || ILLEGAL.test(name)) return undefined;
  return { kind: folder === "heads" ? "branch" : "tag", name };
}

/** The ref that a branch or a tag is. */
export const refOf = ({ kind, name }: RefName): string => `refs/${kind === "branch" ? "heads" : "tags"}/${name}`;

/** @throws InvalidInputError when it is neither a branch nor a tag with a legal name. */
export function requireRef(ref: string): RefName {
  const parsed = parseRef(ref);
  if (parsed === undefined) {
    const hint = "write refs/heads/<branch> or refs/tags/<tag>";
    throw new InvalidInputError("ref", `${JSON.stringify(ref)} is no branch and no tag`, hint);
  }
  return parsed;
}

/** @throws InvalidInputError when it is no commit id. */
export function requireSha(sha: string): string {
  if (!isSha(sha)) throw new InvalidInputError("sha", `${JSON.stringify(sha)} is no commit id`);
  return sha;
}
