import { SlipwayError } from "@slipway/core";
import type { PhaseContext } from "./order";

/** A phase of a build failed, in the words that CodeBuild has for it. */
export class PhaseFailedError extends SlipwayError {
  override readonly name = "PhaseFailedError";
  readonly code = "build-phase-failed";

  /**
   * @param statusCode CodeBuild's code, e.g. `COMMAND_EXECUTION_ERROR`.
   * @param reason What went wrong.
   */
  constructor(
    readonly statusCode: string,
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(`${statusCode}: ${reason}`, options);
  }

  /** As BatchGetBuilds tells it. */
  get context(): PhaseContext {
    return { statusCode: this.statusCode, message: this.reason };
  }
}

/** A failed call in CodeBuild's words. */
export function callFailed(what: string, cause: unknown): PhaseFailedError {
  const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
  const isDenied = cause instanceof Error && /^AccessDenied/.test(cause.name);
  return new PhaseFailedError(isDenied ? "ACCESS_DENIED" : "CLIENT_ERROR", `${what}: ${reason}`, { cause });
}
