import type { Stopwatch } from "@slipway/core";

/** Milliseconds for which a value is used without asking again. */
const FRESH = 5 * 60_000;
/** Milliseconds between two readings that bad credentials can cause: a flood of them must not become one of requests. */
const AT_LEAST = 10_000;

/** A value that is read at run time and kept for a while. */
export class CachedValue<T> {
  private kept: { readonly value: T; readonly at: number } | undefined;
  private reading: Promise<T> | undefined;

  constructor(
    private readonly read: () => Promise<T>,
    private readonly stopwatch: Stopwatch,
    private readonly fresh = FRESH,
  ) {}

  /** The value, read now if it is not known or too old. */
  async get(): Promise<T> {
    const { kept } = this;
    if (kept !== undefined && this.age(kept.at) < this.fresh) return kept.value;
    return this.readOnce();
  }

  /** The value read anew, unless that was done a moment ago; nothing then. */
  async again(): Promise<T | undefined> {
    if (this.kept !== undefined && this.age(this.kept.at) < AT_LEAST) return undefined;
    return this.readOnce();
  }

  private age(at: number): number {
    return this.stopwatch.elapsed() - at;
  }

  /** Several callers at once share one reading; one that fails is forgotten. */
  private readOnce(): Promise<T> {
    this.reading ??= this.read()
      .then((value) => {
        this.kept = { value, at: this.stopwatch.elapsed() };
        return value;
      })
      .finally(() => (this.reading = undefined));
    return this.reading;
  }
}
