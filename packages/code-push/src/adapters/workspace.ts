import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Folders of this process that are in use. */
const live = new Set<string>();
const PREFIX = "slipway-push-";
const NAME = /^slipway-push-(\d+)-/;

/**
 * Lends an empty folder that only this user may read, and removes it however the work ends.
 *
 * A function that ran out of time was killed without a chance to tidy up; its next run does it.
 */
export async function withWorkspace<T>(use: (folder: string) => Promise<T>, root: string = tmpdir()): Promise<T> {
  await sweep(root);
  const folder = await mkdtemp(join(root, `${PREFIX}${process.pid}-`));
  live.add(folder);
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    live.delete(folder);
  }
}

/** Removes folders whose process is gone, or that this one forgot. */
async function sweep(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    const pid = Number(NAME.exec(name)?.[1]);
    const folder = join(root, name);
    if (!Number.isInteger(pid) || live.has(folder) || (pid !== process.pid && isAlive(pid))) continue;
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
