import { createHash } from "node:crypto";
import { InvalidInputError } from "@slipway/core";
import { FAILURES } from "../contract";
import type { RefName } from "./refs";

/** What the key of an archive is made of. */
export interface KeyParts extends RefName {
  readonly host: string;
  /** May have several parts, apart by `/`. */
  readonly owner: string;
  readonly repo: string;
}

const PLACEHOLDER = /\{([^{}]*)\}/g;
const NAMES = ["host", "owner", "repo", "branch|tag", "sha"] as const;
const OF_A_REF: readonly string[] = ["branch|tag", "sha"];
/** Encoded characters of one part; longer ones end in a digest. Five parts and a suffix stay below S3's 1,024 bytes. */
const LONGEST_PART = 180;
/** In place of a commit: no commit is called so. */
const LATEST = "latest";
/** Between a key and its receipt's. */
export const RECEIPT_SUFFIX = ".json";
/** Before the name of a tag. No branch has it, since an encoded branch has no slash. */
const TAGS = "tags/";

/**
 * Encodes one part so that different texts have different results, none of which holds a `/` or is `.` or `..`.
 * `~` cannot be in a ref, which makes it the rarest of the characters that S3, URLs and file systems leave alone.
 */
export function encodePart(text: string): string {
  const escaped = [...Buffer.from(text, "utf8")].map(escapeByte).join("");
  const encoded = /^\.+$/.test(escaped) ? escaped.replaceAll(".", "~2E") : escaped;
  if (encoded.length <= LONGEST_PART) return encoded === "" ? "~" : encoded;
  return `${encoded.slice(0, LONGEST_PART - 70)}~~${createHash("sha256").update(text).digest("hex")}`;
}

const escapeByte = (byte: number): string => {
  const character = String.fromCharCode(byte);
  return /[A-Za-z0-9._-]/.test(character) ? character : `~${byte.toString(16).toUpperCase().padStart(2, "0")}`;
};

/**
 * Refuses a template under which two refs could share a key.
 *
 * @param scope Whether one repository uses it, or all.
 * @throws InvalidInputError
 */
export function requireTemplate(template: string, scope: "one" | "all", field = "keyTemplate"): string {
  const refuse = (problem: string) =>
    new InvalidInputError(
      field,
      `${JSON.stringify(template)} ${problem}`,
      "e.g. {host}/{owner}/{repo}/{branch|tag}/{sha}.zip",
    );
  const used = [...template.matchAll(PLACEHOLDER)].map(([, name = ""]) => name);
  const unknown = used.find((name) => !(NAMES as readonly string[]).includes(name));
  if (unknown !== undefined) throw refuse(`has {${unknown}}, which nothing is put in for`);
  const missing = (scope === "all" ? NAMES : OF_A_REF).find((name) => !used.includes(name));
  if (missing !== undefined) throw refuse(`has no {${missing}}`);
  const between = template.split(PLACEHOLDER).filter((_, index) => index % 2 === 0);
  if (between.slice(1, -1).some((text) => !text.includes("/"))) throw refuse("has no / between two placeholders");
  if (!/^[A-Za-z0-9._/-]*$/.test(between.join("")) || /(^|\/)\.{0,2}\//.test(template))
    throw refuse("is no usable key");
  if (Buffer.byteLength(between.join("")) > 100) throw refuse("is too long");
  return template;
}

/** Key of the archive of a commit on a ref. */
export const archiveKey = (template: string, parts: KeyParts, sha: string): string => expand(template, parts, sha);

/** Key of what is written when a push is complete: what was pushed, and with which checksum. */
export const receiptKey = (key: string): string => `${key}${RECEIPT_SUFFIX}`;

/** Key of what is known about why a message could not be done. */
export const failureKey = (messageId: string): string => `${FAILURES.prefix}${encodePart(messageId)}.json`;

/** Key of the pointer to the latest commit of a ref. */
export const pointerKey = (template: string, parts: KeyParts): string => pointerOf(expand(template, parts, LATEST));

/**
 * Keys beside that of an archive, for whoever knows it and not the template: of another commit's archive on the same ref, and
 * of the ref's pointer.
 */
export function keysBeside(key: string, sha: string): { archive(other: string): string; readonly pointer: string } {
  const at = key.lastIndexOf(sha);
  const archive = (other: string): string => key.slice(0, at) + other + key.slice(at + sha.length);
  return { archive, pointer: pointerOf(archive(LATEST)) };
}

const pointerOf = (key: string): string => key.replace(/(\.zip)?$/, ".json");

/** What all keys of a repository begin with. */
export const keyPrefix = (template: string, { host, owner, repo }: Omit<KeyParts, keyof RefName>): string =>
  expand(
    template.slice(0, template.search(/\{branch\|tag\}|\{sha\}/)),
    { host, owner, repo, kind: "branch", name: "" },
    "",
  );

function expand(template: string, { host, owner, repo, kind, name }: KeyParts, sha: string): string {
  const values: Readonly<Record<string, string>> = {
    host: encodePart(host),
    owner: encodePart(owner),
    repo: encodePart(repo),
    "branch|tag": `${kind === "tag" ? TAGS : ""}${encodePart(name)}`,
    sha,
  };
  return template.replace(PLACEHOLDER, (_, name: string) => values[name] ?? "");
}
