import { METADATA } from "../contract";
import type { Commit } from "./ports";
import { parseRef } from "./refs";

/** Metadata of an archive, by name without `x-amz-meta-`. */
export type ArchiveMetadata = Readonly<Record<string, string>>;

/** S3 takes 2 KB of names and values together; free text gets what the fixed parts leave. */
const LONGEST_TEXT = { author: 200, message: 400 } as const;
const SPACE = 2_000;

/** What an archive is said to be. */
export function archiveMetadata(
  repository: string,
  ref: string,
  commit: Commit,
  correlationId: string,
): ArchiveMetadata {
  const { kind, name } = parseRef(ref) ?? { kind: "branch", name: ref };
  const summary = headerText(commit.message, LONGEST_TEXT.message);
  const all: readonly (readonly [string, string])[] = [
    [METADATA.repository, headerText(repository, 450)],
    [METADATA.commit, commit.sha],
    [METADATA.ref, headerText(ref, 300)],
    [METADATA.commitTime, commit.committedAt],
    [METADATA.correlation, headerText(correlationId, 100)],
    [METADATA.summary, summary],
    [METADATA.author, headerText(commit.author, LONGEST_TEXT.author)],
    [kind === "branch" ? METADATA.branch : METADATA.tag, headerText(name, 300)],
    [METADATA.message, summary],
  ];
  return withinSpace(all);
}

/** Who has an archive by its metadata, when it is not this commit's on this ref; nothing when it is. */
export function otherHolder(found: ArchiveMetadata, mine: ArchiveMetadata): string | undefined {
  const same = [METADATA.repository, METADATA.commit, METADATA.ref].every((name) => found[name] === mine[name]);
  return same ? undefined : (found[METADATA.repository] ?? "an object that is no archive");
}

/** The last ones are left out where long names leave no room; the receipt has them whole. */
function withinSpace(all: readonly (readonly [string, string])[]): ArchiveMetadata {
  let space = SPACE;
  const kept = all.filter(([name, value]) => {
    const size = name.length + value.length;
    if (size > space || value === "") return false;
    space -= size;
    return true;
  });
  return Object.fromEntries(kept);
}

/**
 * A line of text as a header can carry it: printable ASCII as it is, anything else in RFC 2047's encoding, which is also
 * what S3 itself answers with. Cut to a number of characters, never inside one.
 */
export function headerText(text: string, limit: number): string {
  const line = (text.split(/[\r\n]/, 1)[0] ?? "").replace(/\s+/g, " ").trim();
  if (/^[\x20-\x7e]*$/.test(line)) return line.slice(0, limit).trim();
  let kept = "";
  for (const character of line.replace(/[\x00-\x1f\x7f]/g, "")) {
    if (encoded(kept + character).length > limit) break;
    kept += character;
  }
  return encoded(kept);
}

const encoded = (text: string): string => `=?UTF-8?B?${Buffer.from(text, "utf8").toString("base64")}?=`;
