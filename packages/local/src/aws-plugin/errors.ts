import { SlipwayError } from "@slipway/core";

/** A program uses something of the AWS provider that the stand-in does not have. */
export class NotInStandInError extends SlipwayError {
  override readonly name = "NotInStandInError";
  readonly code = "not-in-stand-in";

  /**
   * @param kind What is missing: a resource type, a function, an input or a provider option.
   * @param subject Its name, as the program wrote it.
   * @param of The type or function that the input belongs to.
   */
  constructor(
    readonly kind: "resource type" | "function" | "input" | "provider option",
    readonly subject: string,
    readonly of?: string,
  ) {
    super(
      `the local stand-in does not know ${kind} \`${subject}\`${of === undefined ? "" : ` of ${of}`}; ` +
        "use the official plugin with SLIPWAY_AWS_PLUGIN=official, or add it in packages/local/src/aws-plugin",
    );
  }
}

/** An endpoint that is not on this machine was configured. */
export class NotLoopbackError extends SlipwayError {
  override readonly name = "NotLoopbackError";
  readonly code = "not-loopback";

  /** @param endpoint The refused URL, or undefined when none is configured. */
  constructor(readonly endpoint: string | undefined) {
    super(
      endpoint === undefined
        ? "the local stand-in for the AWS provider has no endpoint: set AWS_ENDPOINT_URL to the local emulator"
        : `the local stand-in for the AWS provider talks to loopback only, and refuses ${endpoint}`,
    );
  }
}

/** AWS reported a state that the resource cannot leave by waiting. */
export class SettleError extends SlipwayError {
  override readonly name = "SettleError";
  readonly code = "did-not-settle";

  /**
   * @param subject The resource that is waited for.
   * @param reason What AWS says about it.
   */
  constructor(
    readonly subject: string,
    readonly reason: string,
  ) {
    super(`${subject} ${reason}`);
  }
}

/** Name of an error, whatever threw it. */
export function errorName(error: unknown): string {
  return error instanceof Error ? error.name : "";
}

/** Runs a call; undefined when AWS answers that the thing does not exist. */
export async function unlessAbsent<T>(call: Promise<T>, ...names: string[]): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (names.includes(errorName(error))) return undefined;
    throw error;
  }
}

/** A resource was created but could not be finished: the engine records it, and the next deployment goes on with it. */
export class InitialisationError extends SlipwayError {
  override readonly name = "InitialisationError";
  readonly code = "initialisation-failed";
  /** Why, one sentence each. */
  readonly reasons: readonly string[];

  /**
   * @param id Id of the resource that exists.
   * @param outputs What is known of it.
   */
  constructor(
    readonly id: string,
    readonly outputs: Readonly<Record<string, unknown>>,
    options: { readonly cause: unknown },
  ) {
    const reason = describe(options.cause);
    super(reason, options);
    this.reasons = [reason];
  }
}

/** An error in one line, as AWS names it. */
export function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error instanceof SlipwayError || error.name === "Error" ? error.message : `${error.name}: ${error.message}`;
}
