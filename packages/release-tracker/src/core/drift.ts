import { SlipwayError } from "@slipway/core";

/** An environment that could not be looked at. */
export interface DriftCheckFailure {
  readonly environment: string;
  readonly reason: string;
}

/** The drift reconciler could not look at some environments; the others were reported. */
export class DriftCheckError extends SlipwayError {
  override readonly name = "DriftCheckError";
  readonly code = "drift-check-failed";
  override readonly retryable = true;

  constructor(readonly failures: readonly DriftCheckFailure[]) {
    super(`drift could not be checked: ${failures.map((one) => `${one.environment}: ${one.reason}`).join("; ")}`, {
      hint: "check that the observer role exists and trusts the reconciler's role",
    });
  }
}

/** Nobody gave a role with which to look at this environment. */
export class EnvironmentNotObservedError extends SlipwayError {
  override readonly name = "EnvironmentNotObservedError";
  readonly code = "environment-not-observed";

  constructor(readonly environmentId: string) {
    super(`no observer role was given for ${environmentId}`, {
      hint: "give its observerRoleArn to the ReleaseTracker",
    });
  }
}
