import { posix } from "node:path";
import type { Disk } from "./ports";

const TEMPORARY = ".tmp";

/** Whether a name is one of a file that is not finished. */
export const isTemporary = (name: string): boolean => name.startsWith(".") && name.endsWith(TEMPORARY);

/** Like {@link writeWhole}, and the name is there after the machine has lost its power, too. */
export async function writeDurably(
  disk: Disk,
  path: string,
  content: string | AsyncIterable<Uint8Array>,
  id: string,
): Promise<void> {
  await writeWhole(disk, path, content, id);
  await disk.flush(posix.dirname(path));
}

/**
 * Writes a file so that whoever sees its name sees all of it: under a name of its own in the same folder, flushed, then
 * renamed. What fails leaves nothing behind; what is killed leaves a name that begins with `.`, which the next try with
 * the same id writes over.
 *
 * @param id Tells this writer from others that write the same path.
 */
export async function writeWhole(
  disk: Disk,
  path: string,
  content: string | AsyncIterable<Uint8Array>,
  id: string,
): Promise<void> {
  const temporary = posix.join(posix.dirname(path), `.${id}${TEMPORARY}`);
  try {
    await disk.write(temporary, content);
    await disk.rename(temporary, path);
  } catch (error) {
    await disk.remove(temporary).catch(() => undefined);
    throw error;
  }
}
