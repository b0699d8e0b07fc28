import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { ProjectSource } from "@aws-sdk/client-codebuild";
import { execFile } from "node:child_process";
import { mkdirSync } from "node:fs";
import { promisify } from "node:util";
import { callFailed, PhaseFailedError } from "./errors";
import { unzip } from "./unzip";

const run = promisify(execFile);

/** Kinds of sources that are fetched with git. */
const GIT_TYPES: ReadonlySet<string | undefined> = new Set([
  "GITHUB",
  "GITHUB_ENTERPRISE",
  "BITBUCKET",
  "GITLAB",
  "GITLAB_SELF_MANAGED",
]);

/** What a source is fetched with. */
export interface SourceParts {
  readonly source: ProjectSource;
  readonly version: string | undefined;
  /** Made, and filled. */
  readonly folder: string;
  readonly s3: S3Client;
  /** The whole environment of git. */
  readonly environment: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** Puts a build's source into its folder; answers which version that is, where there are any. */
export async function fetchSource(parts: SourceParts): Promise<string | undefined> {
  const { source, folder } = parts;
  mkdirSync(folder, { recursive: true });
  if (source.type === "NO_SOURCE") return undefined;
  if (source.type === "S3") return fetchObject(parts);
  if (GIT_TYPES.has(source.type)) return fetchGit(parts);
  throw new PhaseFailedError("CLIENT_ERROR", `sources of type ${source.type} are not fetched locally`);
}

async function fetchObject({ source, version, folder, s3, signal }: SourceParts): Promise<string | undefined> {
  const location = (source.location ?? "").replace(/^arn:[^:]+:s3:::/, "");
  const at = location.indexOf("/");
  const [Bucket, Key] = [location.slice(0, at), location.slice(at + 1)];
  if (at < 1 || Key === "" || Key.endsWith("/")) {
    throw new PhaseFailedError("CLIENT_ERROR", `source location ${location} does not name a zip file in a bucket`);
  }
  try {
    const command = new GetObjectCommand({ Bucket, Key, ...(version !== undefined && { VersionId: version }) });
    const found = await s3.send(command, { abortSignal: signal });
    await unzip(Buffer.from((await found.Body?.transformToByteArray()) ?? []), folder);
    return found.VersionId ?? found.ETag;
  } catch (error) {
    throw error instanceof PhaseFailedError ? error : callFailed(`source ${location}`, error);
  }
}

async function fetchGit({ source, version, folder, environment, signal }: SourceParts): Promise<string> {
  const { location = "", gitCloneDepth = 0, gitSubmodulesConfig } = source;
  const git = async (...args: string[]): Promise<string> =>
    (await run("git", args, { cwd: folder, env: environment, signal })).stdout.trim();
  const depth = gitCloneDepth > 0 ? [`--depth=${gitCloneDepth}`] : [];
  try {
    await git("init", "--quiet");
    await git("remote", "add", "origin", "--", location);
    await git("fetch", "--quiet", ...depth, "origin", "--", refOf(version));
    await git("checkout", "--quiet", "--detach", "FETCH_HEAD");
    if (gitSubmodulesConfig?.fetchSubmodules === true)
      await git("submodule", "update", "--init", "--recursive", "--quiet");
    return await git("rev-parse", "HEAD");
  } catch (error) {
    throw callFailed(`git: ${location}`, error);
  }
}

/** What a source version is called at the remote. */
const refOf = (version: string | undefined): string => {
  const [, pull] = /^pr\/(\d+)$/.exec(version ?? "") ?? [];
  return pull === undefined ? version || "HEAD" : `refs/pull/${pull}/head`;
};
