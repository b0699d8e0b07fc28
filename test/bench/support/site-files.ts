import { createHash } from "node:crypto";
import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3";
import pMap from "p-map";
import type { SiteBucket } from "../../../packages/static-site-pipeline/src/core/deploy-ports";

/** A built site: 5,000 files, 100 MB. */
export const SITE_FILES = 5000;
const FILE_BYTES = 20_000;
const PAGES = 500;
const CHANGED = 10;

const pathOf = (index: number): string =>
  index === 0
    ? "index.html"
    : index < PAGES
      ? `pages/${index % 50}/${index}.html`
      : `assets/${index % 100}/${index}.js`;

const contentOf = (index: number, round: number): Buffer => {
  // The changed files keep their length, every other one of them does not.
  const line = createHash("sha256").update(`${index} ${round}`).digest("hex");
  const extra = round > 0 && index % 2 === 1 ? round : 0;
  return Buffer.alloc(FILE_BYTES + extra, line);
};

/** Files that change each time: pages and assets. */
export const changedPaths = (): readonly string[] => changedIndexes().map(pathOf);

const changedIndexes = (): readonly number[] => Array.from({ length: CHANGED }, (_, at) => at * 97);

/** Writes the whole site. */
export function writeSite(folder: string): void {
  for (let index = 0; index < SITE_FILES; index += 1) {
    const file = join(folder, pathOf(index));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, contentOf(index, 0));
  }
}

/** As a new checkout and build would leave it: ten contents are others, all times are new. */
export function rebuildSite(folder: string, round: number): void {
  for (const index of changedIndexes()) writeFileSync(join(folder, pathOf(index)), contentOf(index, round));
  const now = new Date(Date.now() + round * 1000);
  for (let index = 0; index < SITE_FILES; index += 1) utimesSync(join(folder, pathOf(index)), now, now);
}

/** The least that anyone has to do who compares contents: reads every file and hashes it. */
export async function hashAll(folder: string): Promise<number> {
  const files = await filesBelow(folder);
  const hash = async (file: string): Promise<string> =>
    createHash("sha256")
      .update(await readFile(join(folder, file)))
      .digest("base64");
  return (await pMap(files, hash, { concurrency: 8 })).length;
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length));
}

/** Files of the folder that the bucket does not have with the same bytes. */
export async function wrongFiles(client: S3Client, bucket: SiteBucket, prefix: string, folder: string) {
  const stored = new Map<string, string>();
  const pages = paginateListObjectsV2({ client }, { Bucket: bucket.name, Prefix: prefix });
  for await (const { Contents = [] } of pages) {
    for (const { Key = "", ETag = "" } of Contents) stored.set(Key.slice(prefix.length), ETag.replaceAll('"', ""));
  }
  const files = await filesBelow(folder);
  const wrong = await pMap(
    files,
    async (file) => {
      const md5 = createHash("md5")
        .update(await readFile(join(folder, file)))
        .digest("hex");
      return stored.get(file.replace(/^\//, "")) === md5 ? 0 : 1;
    },
    { concurrency: 8 },
  );
  return wrong.reduce<number>((sum, each) => sum + each, 0);
}
