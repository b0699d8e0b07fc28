import { at, textAt } from "./payload";

/** Why a push could not be done, as it is kept beside the archives. */
export interface PushFailure {
  readonly message_id: string;
  readonly code: string;
  readonly reason: string;
  /** Receives so far. */
  readonly attempts: number;
  /** ISO 8601. */
  readonly failed_at: string;
}

/** Reads what is kept of a failure; nothing when it is none. */
export function parseFailure(text: string): PushFailure | undefined {
  const value = parseJson(text);
  const told = (["message_id", "code", "reason", "failed_at"] as const).every(
    (field) => textAt(value, field) !== undefined,
  );
  return told && typeof at(value, "attempts") === "number" ? (value as PushFailure) : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
