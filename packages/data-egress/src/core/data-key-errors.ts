import { SlipwayError } from "@slipway/core";

/**
 * Something that keeps the data key service from decrypting a data key. None has a cause: errors of HTTP carry the bytes
 * that came, and these may be a key.
 */
export abstract class DataKeyServiceError extends SlipwayError {
  /**
   * @param problem In one line.
   * @param correlationId What the service's own log has of the call.
   */
  constructor(
    readonly problem: string,
    readonly correlationId: string,
    hint: string,
  ) {
    super(`the data key service ${problem} (correlation id ${correlationId})`, { hint });
  }
}

/** The service cannot decrypt this data key: trying again would change nothing. */
export class DataKeyRefusedError extends DataKeyServiceError {
  override readonly name = "DataKeyRefusedError";
  readonly code = "data-key-refused";

  constructor(
    readonly keyId: string,
    correlationId: string,
  ) {
    const hint = "see that the service has that key; then redrive the dead letter, or have the file written anew";
    super(`cannot decrypt the file's data key under key ${keyId}`, correlationId, hint);
  }
}

/** The service is not there, too slow, too busy or broken. */
export class DataKeyServiceUnavailableError extends DataKeyServiceError {
  override readonly name = "DataKeyServiceUnavailableError";
  readonly code = "data-key-service-unavailable";
  override readonly retryable = true;

  constructor(problem: string, correlationId: string) {
    super(problem, correlationId, "see whether it runs and can be reached; it is tried again meanwhile");
  }
}

/** One of the two does not believe the other's certificate. */
export class DataKeyServiceUntrustedError extends DataKeyServiceError {
  override readonly name = "DataKeyServiceUntrustedError";
  readonly code = "data-key-service-untrusted";
  override readonly retryable = true;

  constructor(problem: string, correlationId: string) {
    super(
      problem,
      correlationId,
      "see the host of dataKeyServiceUrl, and the secrets with certificate and authorities",
    );
  }
}

/** What answers is not a data key service as we know it. */
export class DataKeyAnswerError extends DataKeyServiceError {
  override readonly name = "DataKeyAnswerError";
  readonly code = "data-key-answer-unusable";
  override readonly retryable = true;

  constructor(problem: string, correlationId: string) {
    super(problem, correlationId, "see what answers at dataKeyServiceUrl");
  }
}
