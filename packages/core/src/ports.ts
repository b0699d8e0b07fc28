/** Source of the current time. Core code takes one; only entries and the CLI pass the real one. */
export interface Clock {
  now(): Date;
}

/** Source of unique identifiers (UUID v4 text). */
export interface IdSource {
  next(): string;
}

/** Pause used by polling loops, so that tests need not wait. */
export interface Sleeper {
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** Time that only ever goes forward, in milliseconds since some fixed moment; unlike a clock nobody can set it. */
export interface Stopwatch {
  elapsed(): number;
}
