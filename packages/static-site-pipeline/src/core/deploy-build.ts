import { InvalidInputError } from "@slipway/core";
import type { SourceFile } from "./deploy-ports";
import { UnfitBuildError } from "./deploy-errors";

/** Files that a site may have. */
export const MOST_FILES = 50_000;
/** Bytes that a path may have: S3 takes 1,024 for a key, and the folder before it counts. */
export const LONGEST_PATH = 900;

/** What is wrong with a path that no site should hold; nothing when it is fine. */
export function problemOfPath(path: string): string | undefined {
  if (path === "" || path.startsWith("/")) return "a path that is no relative path";
  if (Buffer.byteLength(path) > LONGEST_PATH) return `a path of more than ${LONGEST_PATH} bytes`;
  if (/[\x00-\x1f\x7f\\]/.test(path)) return "a path with control characters or backslashes";
  if (/^[A-Za-z]:/.test(path)) return "a path with a drive letter";
  if (/[\p{Surrogate}\ufffd]/u.test(path)) return "a path that is no valid text";
  const parts = path.split("/");
  if (parts.some((part) => part === "" || part === "." || part === "..")) return "a path that leaves the site";
  return parts.some(isGitFolder) ? "a folder of git" : undefined;
}

/** Also by the other names that file systems know it by. */
const isGitFolder = (part: string): boolean =>
  /^(\.git|git~\d+)$/i.test(part.replace(/[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g, "").replace(/[. ]+$/, ""));

/** Whoever zips a folder rather than what is in it has everything one level too deep. */
function noIndex(paths: ReadonlySet<string>): UnfitBuildError {
  const problem = "there is no index.html at its top";
  const [first = ""] = paths;
  const folder = first.slice(0, first.indexOf("/") + 1);
  if (folder === "" || !paths.has(`${folder}index.html`)) return new UnfitBuildError(problem);
  const hint = `zip the contents of the folder: (cd ${folder.slice(0, -1)} && zip -r ../site.zip .); of a build, name the folder as build.output`;
  return new UnfitBuildError(`${problem}, only in ${folder}`, hint);
}

/** Refuses what cannot be served as a site. @throws UnfitBuildError, InvalidInputError */
export function checkBuild(files: readonly SourceFile[], errorPage?: string): void {
  if (files.length === 0) throw new UnfitBuildError("there are no files in it");
  if (files.length > MOST_FILES) throw new UnfitBuildError(`${files.length} files are more than ${MOST_FILES}`);
  const paths = new Set<string>();
  for (const { path } of files) {
    const problem = problemOfPath(path);
    if (problem !== undefined) throw new UnfitBuildError(`${problem}: ${JSON.stringify(path)}`);
    if (paths.has(path)) throw new UnfitBuildError(`${path} is there twice`);
    paths.add(path);
  }
  if (!paths.has("index.html")) throw noIndex(paths);
  if (errorPage !== undefined && !paths.has(errorPage.replace(/^\//, ""))) {
    throw new InvalidInputError("errorPage", `${errorPage} is not in the build`);
  }
}
