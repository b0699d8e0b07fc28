import { createHash } from "node:crypto";
import { closeSync, constants, createReadStream, lstatSync, openSync, readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import pMap from "p-map";
import { UnfitBuildError } from "../core/deploy-errors";
import type { SiteSource, SourceFile } from "../core/deploy-ports";

const FILES_AT_ONCE = 8;
/** Files up to this size are read in one go. */
const WHOLE = 1024 * 1024;

/** A build output in a local folder. Links are refused: they may lead out of it. */
export const folderSource = (folder: string): SiteSource => ({
  files: async () => {
    const paths = await pathsIn(folder);
    return pMap(paths, (path) => hashed(folder, path), { concurrency: FILES_AT_ONCE });
  },
});

async function pathsIn(folder: string): Promise<readonly string[]> {
  const paths: string[] = [];
  const pending = [""];
  for (let parent = pending.pop(); parent !== undefined; parent = pending.pop()) {
    for (const entry of await readdir(join(folder, parent), { withFileTypes: true })) {
      const path = parent + entry.name;
      if (entry.isDirectory()) pending.push(`${path}/`);
      else if (entry.isFile()) paths.push(path);
      else throw new UnfitBuildError(`${path} is no file`);
    }
  }
  return paths.sort();
}

async function hashed(folder: string, path: string): Promise<SourceFile> {
  const name = join(folder, path);
  const { size } = lstatSync(name);
  const open = async (): Promise<Readable> => createReadStream(name);
  if (size > WHOLE) return { path, size, sha256: await hashStream(createReadStream(name)), open };
  const sha256 = createHash("sha256").update(readWhole(name)).digest("base64");
  return { path, size, sha256, open, read: async () => readWhole(name) };
}

/** Small files are read without a detour over other threads, which takes longer than reading does. */
function readWhole(name: string): Buffer {
  const file = openSync(name, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

async function hashStream(stream: Readable): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of stream) hash.update(chunk as Uint8Array);
  return hash.digest("base64");
}
