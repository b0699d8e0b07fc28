import {
  archiveKey,
  DEFAULT_KEY_TEMPLATE,
  keysBeside,
  parseRepositoryId,
  pointerKey,
  type Pointer,
} from "@slipway/code-push/archives";
import type { ArchivedCommit } from "./ports";

/** A branch of a repository, `host/owner/repo`. */
export interface SourceBranch {
  readonly repository: string;
  readonly branch: string;
}

/** Where a code push may keep what it archived of a branch. */
export interface ArchivePlace {
  readonly bucket: string;
  archive(commit: string): string;
  readonly pointer: string;
}

/** Places of a branch's archives: beside one that is known, else by code push's own template in each bucket. */
export function placesOf(
  buckets: readonly string[],
  { repository, branch }: SourceBranch,
  known: ArchivedCommit | undefined,
): readonly ArchivePlace[] {
  const parts = { ...parseRepositoryId(repository), kind: "branch", name: branch } as const;
  const usual = buckets.map((bucket) => ({
    bucket,
    archive: (commit: string) => archiveKey(DEFAULT_KEY_TEMPLATE, parts, commit),
    pointer: pointerKey(DEFAULT_KEY_TEMPLATE, parts),
  }));
  if (known === undefined) return usual;
  const { bucket, key } = known.archive;
  return [{ bucket, ...keysBeside(key, known.commit) }, ...usual];
}

/** What the pointers of a branch lead to: the newest commit, where several code pushes archive it. */
export function newestPointer(
  { repository, branch }: SourceBranch,
  read: readonly { readonly bucket: string; readonly pointer: Pointer | undefined }[],
): ArchivedCommit | undefined {
  const ours = read.flatMap(({ bucket, pointer }) =>
    pointer?.ref === `refs/heads/${branch}` && pointer.repository.toLowerCase() === repository.toLowerCase()
      ? [{ bucket, pointer }]
      : [],
  );
  const [first] = ours.sort((a, b) => Date.parse(b.pointer.commit_time) - Date.parse(a.pointer.commit_time));
  if (first === undefined) return undefined;
  const { sha: commit, key, version_id } = first.pointer;
  return {
    commit,
    archive: { kind: "zip", bucket: first.bucket, key, ...(version_id !== undefined && { version_id }) },
  };
}
