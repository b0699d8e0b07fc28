import { SlipwayError, unreachableHint } from "@slipway/core";

/** AWS refused a call, or the credentials are no good. */
export class AccessDeniedError extends SlipwayError {
  override readonly name = "AccessDeniedError";
  readonly code = "access-denied";

  /**
   * @param action What was being done, e.g. `s3:GetObject bucket/key`.
   * @param detail What AWS said, one line.
   */
  constructor(
    readonly action: string,
    readonly detail: string,
    options?: ErrorOptions,
  ) {
    super(`access denied to ${action}: ${detail}`, { ...options, hint: "check the credentials and their policies" });
  }
}

/** A service did not answer, or had no capacity left; the same call may succeed later. */
export class ServiceUnreachableError extends SlipwayError {
  override readonly name = "ServiceUnreachableError";
  readonly code = "service-unreachable";
  override readonly retryable = true;

  constructor(
    readonly action: string,
    readonly detail: string,
    options?: ErrorOptions & { readonly endpoint?: string | undefined },
  ) {
    super(`no answer to ${action}: ${detail}`, { ...options, hint: unreachableHint(detail, options?.endpoint) });
  }
}
