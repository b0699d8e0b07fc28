import { SlipwayError } from "@slipway/core";
import { AccessDeniedError, ServiceUnreachableError } from "./errors";

const DENIED = new Set([
  "AccessDenied",
  "AccessDeniedException",
  "CredentialsProviderError",
  "ExpiredToken",
  "ExpiredTokenException",
  "Forbidden",
  "InvalidAccessKeyId",
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
  "InternalError",
  "InternalServerError",
  "InternalFailure",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "RequestTimeout",
  "ServiceUnavailable",
  "SlowDown",
  "Throttling",
  "ThrottlingException",
  "TimeoutError",
  "TooManyRequestsException",
]);

/**
 * Calls AWS and translates what goes wrong for want of access, network or capacity; everything else passes through.
 *
 * @param action What is being done, e.g. `sqs:SendMessage my-queue`.
 * @throws AccessDeniedError, ServiceUnreachableError, or what the call threw.
 */
export async function callAws<T>(action: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw translate(action, error);
  }
}

/** Whether an error is the AWS exception of this name. */
export const isAwsError = (error: unknown, ...names: readonly string[]): error is Error =>
  error instanceof Error && names.includes(error.name);

/** HTTP status of an AWS error's answer, if there was an answer. */
export function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("$metadata" in error)) return undefined;
  const { $metadata: metadata } = error;
  if (typeof metadata !== "object" || metadata === null || !("httpStatusCode" in metadata)) return undefined;
  return typeof metadata.httpStatusCode === "number" ? metadata.httpStatusCode : undefined;
}

/** Whether the SDK had to send the request more than once before this error: an earlier one may have succeeded. */
export function wasRetried(error: unknown): boolean {
  if (!(error instanceof Error) || !("$metadata" in error)) return false;
  const { $metadata: metadata } = error;
  if (typeof metadata !== "object" || metadata === null || !("attempts" in metadata)) return false;
  return typeof metadata.attempts === "number" && metadata.attempts > 1;
}

function translate(action: string, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof SlipwayError) return error;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  const status = statusOf(error);
  const detail = describe(error, code, status);
  // The answer to a HEAD has no body, hence no name: its status is all there is.
  if (DENIED.has(error.name) || status === 403) return new AccessDeniedError(action, detail, { cause: error });
  if (UNREACHABLE.has(error.name) || UNREACHABLE.has(code) || (status !== undefined && status >= 500)) {
    return new ServiceUnreachableError(action, detail, { cause: error, endpoint: askedEndpoint(code) });
  }
  return error;
}

function describe({ message, name }: Error, code: string, status: number | undefined): string {
  const line = message.split("\n", 1)[0] ?? "";
  if (line !== "" && line !== "UnknownError") return line;
  return code || (status === undefined ? name : `status ${status}`);
}

/**
 * Where an unanswered call was sent, as far as it is known: a connection that broke does not say where it led, and the SDK
 * goes where AWS_ENDPOINT_URL says.
 *
 * @param code Code of Node's error, e.g. `ECONNRESET`; empty when AWS did answer.
 */
export const askedEndpoint = (code: string): string | undefined =>
  code === "" ? undefined : process.env["AWS_ENDPOINT_URL"];
