import { askedEndpoint } from "@slipway/aws-runtime";
import { SlipwayError } from "@slipway/core";
import { AccessDeniedError, ServiceUnreachableError, TrackerNotFoundError } from "../core/errors";

const DENIED = new Set([
  "AccessDenied",
  "AccessDeniedException",
  "CredentialsProviderError",
  "ExpiredToken",
  "ExpiredTokenException",
  "InvalidClientTokenId",
  "InvalidSignatureException",
  "IncompleteSignature",
  "MissingAuthenticationToken",
  "SignatureDoesNotMatch",
  "UnauthorizedOperation",
  "UnrecognizedClientException",
]);

const UNREACHABLE = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EPIPE",
  "ETIMEDOUT",
  "InternalServerError",
  "InternalFailure",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "ServiceUnavailable",
  "Throttling",
  "ThrottlingException",
  "TimeoutError",
  "TooManyRequestsException",
]);

/**
 * Calls AWS and translates what goes wrong for want of access, network or capacity; everything else passes through.
 *
 * @param action What is being done, e.g. `ssm:GetParameters /demo/images/latest`.
 */
export async function callAws<T>(action: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw translate(action, error);
  }
}

/** Whether an error is the AWS exception of this name. */
export const isAwsError = (error: unknown, name: string): error is Error =>
  error instanceof Error && error.name === name;

function translate(action: string, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof SlipwayError) return error;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  const detail = firstLine(error.message) || code || error.name;
  if (DENIED.has(error.name)) return new AccessDeniedError(action, detail, { cause: error });
  if (UNREACHABLE.has(error.name) || UNREACHABLE.has(code)) {
    return new ServiceUnreachableError(action, detail, { cause: error, endpoint: askedEndpoint(code) });
  }
  if (error.name === "ResourceNotFoundException") return new TrackerNotFoundError(action, { cause: error });
  return error;
}

const firstLine = (text: string): string => text.split("\n", 1)[0] ?? "";
