import { createHash, randomUUID } from "node:crypto";
import { lstat, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** What was written. */
export interface WrittenFile {
  /** Hexadecimal. */
  readonly sha256: string;
  readonly bytes: number;
}

/** Only who runs the containers reads them. */
const MODE = 0o600;

/** Writes a stream into a new file and flushes it. What is left of a failed attempt is removed. */
export async function writeStream(path: string, body: AsyncIterable<Uint8Array>): Promise<WrittenFile> {
  const hash = createHash("sha256");
  let bytes = 0;
  try {
    const file = await open(path, "w", MODE);
    try {
      for await (const chunk of body) {
        hash.update(chunk);
        bytes += chunk.length;
        await file.writeFile(chunk);
      }
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
  return { sha256: hash.digest("hex"), bytes };
}

/** Writes a small file so that whoever sees its name sees all of it, after a power failure as well. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}`);
  await writeStream(temporary, once(Buffer.from(text)));
  await renameDurably(temporary, path);
}

/** Renames a file, and flushes the folder that it is in now. */
export async function renameDurably(from: string, to: string): Promise<void> {
  await rename(from, to);
  const folder = await open(dirname(to), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Whether something of this name is there, a link to nowhere too. */
export async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** Whether an error is that of a file that is not there. */
export const isMissing = (error: unknown): boolean =>
  error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");

async function* once(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield content;
}
