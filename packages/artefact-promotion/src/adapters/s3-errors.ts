import { callAws, isAwsError, statusOf, wasRetried } from "@slipway/aws-runtime";
import { BucketNotFoundError } from "../core/errors";
import type { Conflict } from "../core/ports";

/** A condition did not hold, or somebody else was writing at the same moment. */
export function conflictOf(error: unknown): Conflict | undefined {
  const status = statusOf(error);
  const conflict =
    status === 412 || isAwsError(error, "PreconditionFailed", "ConditionalRequestConflict", "OperationAborted");
  return conflict ? { kind: "conflict", retried: wasRetried(error) } : undefined;
}

/** The object or the version is not there. */
export const isMissing = (error: unknown): boolean => isAwsError(error, "NoSuchKey", "NoSuchVersion", "NotFound");

/** Larger than one CopyObject takes. */
export const isTooLarge = (error: unknown): boolean =>
  isAwsError(error, "EntityTooLarge") ||
  (isAwsError(error, "InvalidRequest") && /larger than the maximum allowable size/i.test(error.message));

/** What says that the server cannot copy from there at all: it does not see the bucket, or never does such a thing. */
const REFUSES_ALWAYS = ["NoSuchBucket", "NotImplemented", "MethodNotAllowed"];
const REFUSES_ONCE = ["AccessDenied", "InvalidRequest", "Forbidden"];

/** The server would not copy; the same bytes may still go through this process. */
export function refusalOf(
  error: unknown,
): { readonly kind: "refused"; readonly always: boolean; readonly reason: string } | undefined {
  if (!isAwsError(error, ...REFUSES_ALWAYS, ...REFUSES_ONCE)) return undefined;
  return { kind: "refused", always: isAwsError(error, ...REFUSES_ALWAYS), reason: `${error.name}: ${error.message}` };
}

/** Calls S3 and tells apart a bucket that is not there. */
export async function callBucket<T>(action: string, bucket: string, call: () => Promise<T>): Promise<T> {
  try {
    return await callAws(`${action} ${bucket}`, call);
  } catch (error) {
    throw isAwsError(error, "NoSuchBucket") ? new BucketNotFoundError(bucket) : error;
  }
}
