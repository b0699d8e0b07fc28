import { didYouMean, nearestWord, SlipwayError } from "@slipway/core";

/** A file is not what it was when the job was planned. */
export class SourceChangedError extends SlipwayError {
  override readonly name = "SourceChangedError";
  readonly code = "source-changed";

  constructor(
    readonly bucket: string,
    readonly key: string,
    readonly problem: string,
  ) {
    super(`s3://${bucket}/${key} ${problem}`, { hint: "put the data again, then a new flag" });
  }
}

/** Bytes on their way were not those that they should be. */
export class BytesDifferError extends SlipwayError {
  override readonly name = "BytesDifferError";
  readonly code = "bytes-differ";
  override readonly retryable = true;

  constructor(
    readonly what: string,
    readonly problem: string,
  ) {
    super(`${what}: ${problem}`, { hint: "it is sent again" });
  }
}

/** A file could not be decrypted. */
export class DecryptionError extends SlipwayError {
  override readonly name = "DecryptionError";
  readonly code = "decryption-failed";

  constructor(
    readonly key: string,
    problem: string,
    options?: ErrorOptions,
  ) {
    super(`${key}: ${problem}`, { ...options, hint: "see which key it was encrypted with, and who may use that" });
  }
}

/** A folder on the volume is not really one. */
export class UnsafeFolderError extends SlipwayError {
  override readonly name = "UnsafeFolderError";
  readonly code = "unsafe-folder";

  constructor(readonly folder: string) {
    super(`${folder} on the volume is a link or a file, not a folder`, { hint: "see what put it there" });
  }
}

/** The agent could not deliver a file, or says nothing about it. */
export class DeliveryError extends SlipwayError {
  override readonly name = "DeliveryError";
  readonly code = "not-delivered";
  override readonly retryable = true;

  constructor(
    readonly file: string,
    readonly problem: string,
  ) {
    super(`${file}: ${problem}`, { hint: "see the agent's log and its error folder" });
  }
}

/** Somebody else works on the job now. */
export class LeaseLostError extends SlipwayError {
  override readonly name = "LeaseLostError";
  readonly code = "lease-lost";
  override readonly retryable = true;

  constructor(readonly jobId: string) {
    super(`job ${jobId} was taken over`, { hint: "nothing is to be done" });
  }
}

/** The work was broken off, because the process ends. */
export class StoppedError extends SlipwayError {
  override readonly name = "StoppedError";
  readonly code = "stopped";
  override readonly retryable = true;

  constructor() {
    super("the service is ending", { hint: "another one goes on" });
  }
}

/** There is no such job. */
export class JobNotFoundError extends SlipwayError {
  override readonly name = "JobNotFoundError";
  readonly code = "job-not-found";

  constructor(readonly jobId: string) {
    super(`no job ${jobId}`, { hint: "list the jobs: slipway egress list" });
  }
}

/** No row is of that pipeline, and no job was. */
export class PipelineNotFoundError extends SlipwayError {
  override readonly name = "PipelineNotFoundError";
  readonly code = "pipeline-not-found";

  /** @param known Pipelines that rows are of. */
  constructor(
    readonly pipeline: string,
    readonly known: readonly string[],
  ) {
    super(`no row is of pipeline ${pipeline}${didYouMean(nearestWord(pipeline, known))}`, {
      hint: `there are: ${known.join(", ") || "none"}`,
    });
  }
}

/** Only what was given up can be laid to rest. */
export class NotGivenUpError extends SlipwayError {
  override readonly name = "NotGivenUpError";
  readonly code = "job-not-given-up";

  constructor(
    readonly jobId: string,
    readonly status: string,
  ) {
    super(`job ${jobId} is ${status}, neither Failed nor Refused`, { hint: `see: slipway egress status ${jobId}` });
  }
}

/** A recipient's bucket is not there. */
export class DestinationMissingError extends SlipwayError {
  override readonly name = "DestinationMissingError";
  readonly code = "destination-missing";
  override readonly retryable = true;

  constructor(
    readonly bucket: string,
    options?: ErrorOptions,
  ) {
    super(`there is no bucket ${bucket}`, { ...options, hint: "have the recipient make it, or mend the row" });
  }
}

/** A table, bucket or queue is not there. */
export class EgressNotFoundError extends SlipwayError {
  override readonly name = "EgressNotFoundError";
  readonly code = "egress-not-found";

  constructor(
    readonly action: string,
    options?: ErrorOptions,
  ) {
    super(`nothing there for ${action}`, { ...options, hint: "deploy the stack that holds the data egress" });
  }
}
