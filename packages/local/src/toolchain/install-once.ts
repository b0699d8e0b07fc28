import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import type { Progress } from "../local-environment";
import { exclusively } from "../process/exclusive";

/** Something that is installed once per machine and shared by all projects. */
export interface Installation {
  /** Name for a person. */
  readonly what: string;
  /** Absolute folder that holds it in the end; its name carries the version. */
  readonly target: string;
  /** Whether a finished installation is usable; a damaged one is made again. */
  readonly isUsable: () => Promise<boolean>;
  /** Fills an empty folder; whatever is in it when this rejects is thrown away. */
  readonly install: (folder: string) => Promise<void>;
}

/**
 * Installs unless it is there. The folder appears under its final name only when it is complete, and two processes
 * that need the same thing at once build it once.
 */
export async function installOnce(installation: Installation, progress: Progress): Promise<void> {
  if (await isInstalled(installation)) return;
  await exclusively(`${installation.target}.lock`, `installing ${installation.what}`, progress, async () => {
    if (await isInstalled(installation)) return;
    const partial = `${installation.target}.partial`;
    discard(partial);
    mkdirSync(partial, { recursive: true });
    try {
      await installation.install(partial);
      discard(installation.target);
      mkdirSync(dirname(installation.target), { recursive: true });
      renameSync(partial, installation.target);
    } finally {
      discard(partial);
    }
  });
}

const isInstalled = async ({ target, isUsable }: Installation): Promise<boolean> =>
  existsSync(target) && (await isUsable());

const discard = (folder: string): void => rmSync(folder, { recursive: true, force: true });
