import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { BuildArtifacts } from "@aws-sdk/client-codebuild";
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { buffer } from "node:stream/consumers";
import { ZipFile } from "yazl";
import type { ArtifactFile } from "./artifact-files";
import { callFailed, PhaseFailedError } from "./errors";

/** Where a project's artifacts go: what CreateProject and StartBuild take. */
export interface ArtifactsTarget {
  readonly type?: string;
  readonly location?: string;
  readonly path?: string;
  readonly name?: string;
  readonly namespaceType?: string;
  readonly packaging?: string;
  readonly overrideArtifactName?: boolean;
}

/** Key of the archive, or the prefix of the files. @param name What the buildspec calls it, where it may. */
export function artifactKey(target: ArtifactsTarget, buildUuid: string, name: string | undefined): string {
  const own = target.overrideArtifactName === true && name !== undefined ? name : (target.name ?? "");
  const namespace = target.namespaceType === "BUILD_ID" ? buildUuid : "";
  return [target.path ?? "", namespace, own]
    .map((part) => part.replace(/^\/+|\/+$/g, ""))
    .filter((part) => part !== "")
    .join("/");
}

/** Puts files into the bucket, as one archive or one by one; answers what the build's record says of them. */
export async function uploadArtifacts(
  files: readonly ArtifactFile[],
  target: ArtifactsTarget,
  { key, s3, signal }: { readonly key: string; readonly s3: S3Client; readonly signal: AbortSignal },
): Promise<BuildArtifacts> {
  if (target.type !== "S3") throw new PhaseFailedError("CLIENT_ERROR", `artifacts of type ${target.type} are not kept`);
  const Bucket = (target.location ?? "").replace(/^arn:[^:]+:s3:::/, "");
  const put = async (Key: string, Body: Buffer): Promise<void> => {
    try {
      await s3.send(new PutObjectCommand({ Bucket, Key, Body }), { abortSignal: signal });
    } catch (error) {
      throw callFailed(`artifact s3://${Bucket}/${Key}`, error);
    }
  };
  const location = `arn:aws:s3:::${Bucket}/${key}`;
  if (target.packaging !== "ZIP") {
    for (const { source, name } of files) await put(key === "" ? name : `${key}/${name}`, readFileSync(source));
    return { location };
  }
  const bytes = await zip(files);
  await put(key, bytes);
  return { location, sha256sum: digest("sha256", bytes), md5sum: digest("md5", bytes) };
}

const digest = (algorithm: string, bytes: Buffer): string => createHash(algorithm).update(bytes).digest("hex");

async function zip(files: readonly ArtifactFile[]): Promise<Buffer> {
  const archive = new ZipFile();
  for (const { source, name } of files) {
    const { mtime, mode } = statSync(source);
    archive.addBuffer(readFileSync(source), name, { mtime, mode });
  }
  archive.end();
  return buffer(archive.outputStream);
}
