import { existsSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

/** A progress callback and a promise that resolves with the first event that `matches`. */
export function waitFor<T>(matches: (event: T) => boolean): { onEvent: (event: T) => void; seen: Promise<T> } {
  let resolveSeen: (event: T) => void = () => undefined;
  const seen = new Promise<T>((resolve) => (resolveSeen = resolve));
  return {
    seen,
    onEvent: (event) => {
      if (matches(event)) resolveSeen(event);
    },
  };
}

/** Resolves when the file exists. */
export async function waitForFile(path: string): Promise<void> {
  while (!existsSync(path)) await pause(20, undefined, { ref: false });
}
