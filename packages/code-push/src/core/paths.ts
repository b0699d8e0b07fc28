/** One entry of a commit's tree, all folders flattened. */
export interface TreeEntry {
  readonly path: string;
  readonly mode: "100644" | "100755" | "120000" | "160000";
  /** Id of the blob, or of a submodule's commit. */
  readonly id: string;
  /** Bytes; 0 for a submodule. */
  readonly size: number;
}

/** What is wrong with a path that no archive should hold; nothing when it is fine. */
export function problemOfPath(path: string): string | undefined {
  if (path === "" || path.startsWith("/") || Buffer.byteLength(path) > 1024) return "a path that is no relative path";
  if (/[\x00-\x1f\x7f\\]/.test(path)) return "a path with control characters or backslashes";
  const parts = path.split("/");
  if (parts.some((part) => part === "" || part === "." || part === "..")) return "a path that leaves the archive";
  if (/^[A-Za-z]:/.test(path)) return "a path with a drive letter";
  return parts.some(isGitFolder) ? "a folder that git would take for its own" : undefined;
}

/** Also by the other names that file systems know it by. */
const isGitFolder = (part: string): boolean =>
  /^(\.git|git~\d+)$/i.test(part.replace(/[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g, "").replace(/[. ]+$/, ""));

/** Order of entries in an archive: by their bytes, as in git's own trees once flattened. */
export const comparePaths = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
