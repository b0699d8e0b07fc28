import { createHash } from "node:crypto";
import { constants, createReadStream } from "node:fs";
import { lstat, open, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import pMap from "p-map";
import { UnfitBuildError } from "../core/deploy-errors";
import type { SiteSource, SourceFile } from "../core/deploy-ports";

const FILES_AT_ONCE = 8;
/** Files up to this size are read in one go. */
const WHOLE = 8 * 1024 * 1024;

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
  const { size } = await lstat(name);
  const sha256 = size <= WHOLE ? await hashWhole(name) : await hashStream(createReadStream(name));
  return { path, size, sha256, open: async () => createReadStream(name) };
}

async function hashWhole(name: string): Promise<string> {
  const file = await open(name, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    return createHash("sha256")
      .update(await file.readFile())
      .digest("base64");
  } finally {
    await file.close();
  }
}

async function hashStream(stream: Readable): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of stream) hash.update(chunk as Uint8Array);
  return hash.digest("base64");
}
