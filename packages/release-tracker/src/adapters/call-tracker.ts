import { callAws, isAwsError } from "@slipway/aws-runtime";
import { TrackerNotFoundError } from "../core/errors";

/**
 * Like `callAws`; what is not there is a part of the tracker.
 *
 * @param action What is being done, e.g. `ssm:GetParameters /demo/images/latest`.
 * @throws AccessDeniedError, ServiceUnreachableError, TrackerNotFoundError, or what the call threw.
 */
export async function callTracker<T>(action: string, call: () => Promise<T>): Promise<T> {
  try {
    return await callAws(action, call);
  } catch (error) {
    throw isAwsError(error, "ResourceNotFoundException") ? new TrackerNotFoundError(action, { cause: error }) : error;
  }
}
