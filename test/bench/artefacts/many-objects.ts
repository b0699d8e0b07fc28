import { createHash } from "node:crypto";
import {
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type ListObjectVersionsCommandInput,
  type S3Client,
} from "@aws-sdk/client-s3";
import pMap from "p-map";
import type { Bucket } from "../../../packages/artefact-promotion/src/core/objects";

/** Bytes of each small object. */
export const OBJECT_SIZE = 4096;

const AT_ONCE = 32;

/** A version of an object, as a listing names it. */
export interface ObjectVersion {
  readonly key: string | undefined;
  readonly versionId: string | undefined;
}

/** An object that was put at the source. */
export interface PlantedObject {
  readonly key: string;
  readonly etag: string;
  readonly versionId: string | undefined;
}

/** Puts objects of 4 KiB, each with bytes of its own. */
export const plantMany = (client: S3Client, { name }: Bucket, count: number): Promise<readonly PlantedObject[]> =>
  pMap(
    Array.from({ length: count }, (_, index) => keyOf(index)),
    async (key) => {
      const command = new PutObjectCommand({ Bucket: name, Key: key, Body: bytesOf(key) });
      const { ETag = "", VersionId } = await client.send(command);
      return { key, etag: ETag.replaceAll('"', ""), versionId: VersionId };
    },
    { concurrency: AT_ONCE },
  );

/** How many of the objects are not at the target with their own bytes: each one is read and hashed. */
export async function countWrong(
  client: S3Client,
  target: Bucket,
  objects: readonly { readonly key: string }[],
): Promise<number> {
  const right = await pMap(objects, ({ key }) => isRight(client, target, key), { concurrency: AT_ONCE });
  return right.filter((each) => !each).length;
}

async function isRight(client: S3Client, { name }: Bucket, key: string): Promise<boolean> {
  try {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: name, Key: key }));
    return digest((await Body?.transformToByteArray()) ?? Buffer.of()) === digest(bytesOf(key));
  } catch (error) {
    if (error instanceof Error && error.name === "NoSuchKey") return false;
    throw error;
  }
}

/** Every version of every object in a bucket. */
export async function listVersions(client: S3Client, bucket: string): Promise<readonly ObjectVersion[]> {
  const found: ObjectVersion[] = [];
  let from: Pick<ListObjectVersionsCommandInput, "KeyMarker" | "VersionIdMarker"> | undefined = {};
  while (from !== undefined) {
    const command: ListObjectVersionsCommand = new ListObjectVersionsCommand({ Bucket: bucket, ...from });
    const page = await client.send(command);
    found.push(...(page.Versions ?? []).map(({ Key, VersionId }) => ({ key: Key, versionId: VersionId })));
    const { NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page;
    from = page.IsTruncated === true ? { KeyMarker, VersionIdMarker } : undefined;
  }
  return found;
}

const keyOf = (index: number): string => `builds/${String(index).padStart(6, "0")}.bin`;

const bytesOf = (key: string): Buffer => Buffer.alloc(OBJECT_SIZE, createHash("sha256").update(key).digest());

const digest = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
