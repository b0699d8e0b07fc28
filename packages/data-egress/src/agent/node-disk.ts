import { constants, lstatSync, renameSync } from "node:fs";
import { link, mkdir, open, readdir, realpath, rm, unlink, writeFile, type FileHandle } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import type { Readable } from "node:stream";
import { SlipwayError } from "@slipway/core";
import type { Disk, FileState } from "./ports";
import { codeOf } from "./reasons";

/** A path would have left its folder. */
export class PathRefusedError extends SlipwayError {
  override readonly name = "PathRefusedError";
  readonly code = "path-refused";

  constructor(readonly path: string) {
    super(`${JSON.stringify(path)} leads out of its folder`, { hint: "remove the link or the dots from the path" });
  }
}

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_RDONLY, O_WRONLY } = constants;
/** Only the user of the containers reads what is sent. */
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;
/** Bytes that are read at a time. */
const CHUNK = 512 * 1024;
/**
 * Milliseconds for which a folder that is no link is taken for one that still is none. The check is against what lies
 * there, not against somebody who changes it between check and use, which no check of a path can be.
 */
const TRUSTED_FOR = 1000;

/**
 * A folder of this machine. Looking at a name and renaming are over sooner than another thread has been asked to do it, and
 * a file takes many of them; whatever touches content waits on another thread.
 */
export class NodeDisk implements Disk {
  private readonly root: string;
  private realRoot: string | undefined;
  /** Absolute paths of folders, and when they were looked at. */
  private readonly trusted = new Map<string, number>();

  /** @param root Folder that must be there when it is first used. */
  constructor(root: string) {
    this.root = resolve(root);
  }

  async list(folder: string): Promise<readonly string[]> {
    const path = await this.inside(folder, "folder");
    return (await unlessMissing(readdir(path)))?.sort() ?? [];
  }

  async state(path: string): Promise<FileState | undefined> {
    const found = lstatSync(await this.inside(path), { throwIfNoEntry: false });
    if (found === undefined) return undefined;
    const { size, mtimeMs, dev, ino } = found;
    return { isFile: found.isFile(), bytes: size, modifiedAt: mtimeMs, identity: `${dev}:${ino}` };
  }

  async read(path: string): Promise<string | undefined> {
    const file = await unlessMissing(open(await this.inside(path), O_RDONLY | O_NOFOLLOW));
    if (file === undefined) return undefined;
    try {
      return await file.readFile("utf8");
    } finally {
      await file.close();
    }
  }

  async open(path: string): Promise<Readable> {
    const file = await open(await this.inside(path), O_RDONLY | O_NOFOLLOW);
    return file.createReadStream({ highWaterMark: CHUNK });
  }

  async readInto(path: string, buffer: Uint8Array): Promise<number> {
    const file = await open(await this.inside(path), O_RDONLY | O_NOFOLLOW);
    try {
      let end = 0;
      while (end < buffer.length) {
        const { bytesRead } = await file.read(buffer, end, buffer.length - end);
        if (bytesRead === 0) break;
        end += bytesRead;
      }
      return end;
    } finally {
      await file.close();
    }
  }

  async write(path: string, content: string | AsyncIterable<Uint8Array>): Promise<void> {
    const target = await this.inside(path, "making");
    const file = await create(target);
    try {
      await writeFile(file, content);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  async rename(from: string, to: string): Promise<void> {
    const target = await this.inside(to, "making");
    renameSync(await this.inside(from), target);
  }

  async link(from: string, to: string): Promise<void> {
    const target = await this.inside(to, "making");
    try {
      await link(await this.inside(from), target);
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
    }
  }

  async flush(folder: string): Promise<void> {
    const handle = await open(await this.inside(folder, "folder"), O_RDONLY);
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  async remove(path: string): Promise<void> {
    // `rm` would look twice at what it is before it removes it.
    await unlessMissing(unlink(await this.inside(path)));
  }

  /**
   * The absolute path. `making` makes its folder; `folder` says that the path itself is one. Every folder on the way must
   * be what its name says: where one of them is a symbolic link, the real path is another.
   */
  private async inside(path: string, as: "file" | "folder" | "making" = "file"): Promise<string> {
    const realRoot = (this.realRoot ??= await realpath(this.root));
    const target = resolve(realRoot, path);
    const below = relative(realRoot, target);
    if (below.startsWith("..") || path.includes("\0") || resolve(realRoot, below) !== target) {
      throw new PathRefusedError(path);
    }
    const folder = as === "folder" ? target : dirname(target);
    const looked = this.trusted.get(folder);
    if (looked !== undefined && performance.now() - looked < TRUSTED_FOR) return target;
    if (as === "making") await this.make(realRoot, relative(realRoot, folder), path);
    const real = await unlessMissing(realpath(folder));
    if (real !== undefined && real !== folder) throw new PathRefusedError(path);
    if (real !== undefined) this.trusted.set(folder, performance.now());
    return target;
  }

  /** One folder after the other, so that none is made behind a link. */
  private async make(realRoot: string, below: string, path: string): Promise<void> {
    let folder = realRoot;
    for (const segment of below.split(sep).filter((each) => each !== "")) {
      folder = join(folder, segment);
      await mkdir(folder, { mode: FOLDER_MODE }).catch((error: unknown) => {
        if (codeOf(error) !== "EEXIST") throw error;
      });
      if (lstatSync(folder).isSymbolicLink()) throw new PathRefusedError(path);
    }
  }
}

async function unlessMissing<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** A new file, in the place of what a killed process has left there. */
async function create(path: string): Promise<FileHandle> {
  const flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW;
  try {
    return await open(path, flags, FILE_MODE);
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  }
  await rm(path, { force: true });
  return open(path, flags, FILE_MODE);
}
