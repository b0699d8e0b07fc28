/**
 * What every error of Slipway carries.
 *
 * Subclasses take data, not prose, compose `message` themselves and set `name` to a string literal, since bundlers
 * rename classes and alarms match on the name.
 */
export abstract class SlipwayError extends Error {
  /** Stable identifier in kebab-case, e.g. `release-not-found`. Public API: callers and exit codes depend on it. */
  abstract readonly code: string;
  /** Whether the same call may succeed later without anyone changing anything. */
  readonly retryable: boolean = false;
  /** How to mend it, as an instruction to the reader; shown after the message. */
  readonly hint: string | undefined;

  constructor(message: string, options?: ErrorOptions & { hint?: string | undefined }) {
    super(message, options);
    this.hint = options?.hint;
  }

  /**
   * What `console` and the Pulumi engine show of it: message, hint and stack, without the fields again.
   *
   * It also keeps Node from colouring the stack itself: on frames such as `node_modules/@pulumi/output.ts`, which
   * Pulumi's source maps produce, Node 20.20 goes on for a minute (`markNodeModules` in its internal/util/inspect).
   */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    const frames = this.stack?.split("\n    at ").slice(1) ?? [];
    const first = `${this.name}: ${this.message}${this.hint === undefined ? "" : `; to mend it: ${this.hint}`}`;
    return [first, ...frames].join("\n    at ");
  }
}

/** An argument, option or file that a person gave is not usable. */
export class InvalidInputError extends SlipwayError {
  override readonly name = "InvalidInputError";
  readonly code = "invalid-input";

  /**
   * @param field The argument, option or file at fault, as the person wrote it.
   * @param problem What is wrong with it.
   * @param hint How to mend it.
   */
  constructor(
    readonly field: string,
    readonly problem: string,
    hint?: string,
    options?: ErrorOptions,
  ) {
    super(`[${field}] ${problem}`, { ...options, hint });
  }
}

/** Marks a branch that the types rule out. */
export function assertNever(value: never): never {
  throw new TypeError(`unexpected value: ${JSON.stringify(value)}`);
}
