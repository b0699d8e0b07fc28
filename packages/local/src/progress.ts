import type { Progress } from "./local-environment";

const HEARTBEAT_MS = 20_000;

/** `75_000` -> `1m 15s`; below ten seconds one decimal. */
export function formatElapsed(milliseconds: number): string {
  if (milliseconds < 10_000) return `${(milliseconds / 1000).toFixed(1)}s`;
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m ${seconds % 60}s`;
}

/** Runs `work` between a line that says what and why and one that says how long; a line every 20 s in between. */
export async function withHeartbeat<T>(progress: Progress, what: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const elapsed = (): string => formatElapsed(performance.now() - started);
  progress(what);
  const heartbeat = setInterval(() => progress(`${what}: still at it after ${elapsed()}`), HEARTBEAT_MS);
  try {
    const result = await work();
    progress(`${what}: done in ${elapsed()}`);
    return result;
  } finally {
    clearInterval(heartbeat);
  }
}
