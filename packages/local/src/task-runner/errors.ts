import { SlipwayError } from "@slipway/core";

/** A request that the engine answers with an HTTP status and a message, as Docker does. */
export abstract class EngineError extends SlipwayError {
  /** HTTP status of the answer; clients decide on it. */
  abstract readonly status: number;
}

/** No image of that name can be pulled. The wording is Docker's: docker-py recognises a missing image by it. */
export class NoSuchImageError extends EngineError {
  override readonly name = "NoSuchImageError";
  readonly code = "no-such-image";
  readonly status = 404;

  /** @param reference The image as the caller named it. */
  constructor(readonly reference: string) {
    super(`No such image: ${reference}`, { hint: "publish it, or correct the task definition's image" });
  }
}

/** The image exists, but holds nothing that can run without containers. */
export class NotALocalImageError extends EngineError {
  override readonly name = "NotALocalImageError";
  readonly code = "not-a-local-image";
  readonly status = 400;

  /** @param reference The image as the caller named it. */
  constructor(readonly reference: string) {
    super(`${reference} has no local command, and the local task runner starts processes, not containers`, {
      hint: "publish it with publishLocalImage of @slipway/local",
    });
  }
}

/** No container of that id or name. */
export class NoSuchContainerError extends EngineError {
  override readonly name = "NoSuchContainerError";
  readonly code = "no-such-container";
  readonly status = 404;

  /** @param container The id or name asked for. */
  constructor(readonly container: string) {
    super(`No such container: ${container}`);
  }
}

/** The container's present state, or a name in use, forbids the request. */
export class ContainerConflictError extends EngineError {
  override readonly name = "ContainerConflictError";
  readonly code = "container-conflict";
  readonly status = 409;

  /**
   * @param container The container's name.
   * @param problem What stands in the way.
   */
  constructor(
    readonly container: string,
    readonly problem: string,
  ) {
    super(`container ${container} ${problem}`);
  }
}

/** The process of a container could not be started. */
export class ContainerStartError extends EngineError {
  override readonly name = "ContainerStartError";
  readonly code = "container-start-failed";
  readonly status = 500;

  /**
   * @param program The program, or what else was wanted.
   * @param problem Why it cannot be had.
   */
  constructor(
    readonly program: string,
    readonly problem: string,
    options?: ErrorOptions,
  ) {
    super(`cannot start ${program}: ${problem}`, options);
  }
}

/** The request asks for something that child processes cannot give, or is malformed. */
export class UnsupportedRequestError extends EngineError {
  override readonly name = "UnsupportedRequestError";
  readonly code = "unsupported-request";
  readonly status = 400;

  /**
   * @param what The field or parameter, as in the request.
   * @param problem Why it is refused.
   */
  constructor(
    readonly what: string,
    readonly problem: string,
  ) {
    super(`[${what}] ${problem}`);
  }
}

/** The engine has no such endpoint. */
export class UnknownEndpointError extends EngineError {
  override readonly name = "UnknownEndpointError";
  readonly code = "unknown-endpoint";
  readonly status = 501;

  /** @param request Method and path. */
  constructor(readonly request: string) {
    super(`the local task runner does not serve ${request}`);
  }
}

/** The registry could not be asked. */
export class RegistryUnavailableError extends EngineError {
  override readonly name = "RegistryUnavailableError";
  readonly code = "registry-unavailable";
  readonly status = 500;
  override readonly retryable = true;

  /** @param reference The image that was being looked up. */
  constructor(
    readonly reference: string,
    options: ErrorOptions & { cause: Error },
  ) {
    super(`the registry did not answer for ${reference}: ${options.cause.message}`, options);
  }
}
