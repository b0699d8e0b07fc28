/** A lock as the backend describes it, before anyone looked whether its process lives. */
export interface Lock {
  user: string;
  host: string;
  pid: number;
  lockedAt: Date;
}

// pkg/backend/diy/lock.go: "<url>: created by <user>@<host> (pid <pid>) at <RFC 3339>"
const HOLDER = /created by (\S+)@(\S+) \(pid (\d+)\) at (\S+)/g;

/** Reads every lock holder out of the CLI's "the stack is currently locked by" message. */
export function parseLockMessage(message: string): Lock[] {
  return [...message.matchAll(HOLDER)].map(([, user = "", host = "", pid = "", at = ""]) => ({
    user,
    host,
    pid: Number(pid),
    lockedAt: new Date(at),
  }));
}

/** Reads a lock file of a self-managed backend; `undefined` when it is not one. */
export function parseLockFile(content: string): Lock | undefined {
  const { pid, username, hostname, timestamp } = JSON.parse(content) as Record<string, unknown>;
  if (typeof pid !== "number" || typeof username !== "string" || typeof hostname !== "string") return undefined;
  return { user: username, host: hostname, pid, lockedAt: new Date(String(timestamp)) };
}
