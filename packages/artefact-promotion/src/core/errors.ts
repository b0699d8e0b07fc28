import { SlipwayError } from "@slipway/core";

/** One of the two buckets is not there, or not this account's. */
export class BucketNotFoundError extends SlipwayError {
  override readonly name = "BucketNotFoundError";
  readonly code = "bucket-not-found";

  constructor(readonly bucket: string) {
    super(`bucket ${bucket} does not exist`, { hint: "deploy the stack that owns it, then redrive the dead letters" });
  }
}

/** The ledger's table or the queue is not there. */
export class PromotionNotFoundError extends SlipwayError {
  override readonly name = "PromotionNotFoundError";
  readonly code = "promotion-not-found";

  constructor(
    readonly action: string,
    options?: ErrorOptions,
  ) {
    super(`nothing there for ${action}`, { ...options, hint: "deploy the stack that holds the artefact promotion" });
  }
}

/** A copy was made and does not hold the source's bytes. */
export class CopyNotEqualError extends SlipwayError {
  override readonly name = "CopyNotEqualError";
  readonly code = "copy-not-equal";
  override readonly retryable = true;

  constructor(
    readonly key: string,
    readonly targetVersion: string | undefined,
  ) {
    super(`the copy of ${key} differs from its source`, { hint: "it is copied again; if that fails too, ask AWS" });
  }
}

/** The source or the target changed during each of several attempts. */
export class ObjectKeepsChangingError extends SlipwayError {
  override readonly name = "ObjectKeepsChangingError";
  readonly code = "object-keeps-changing";
  override readonly retryable = true;

  constructor(
    readonly key: string,
    readonly attempts: number,
  ) {
    super(`${key} changed during each of ${attempts} attempts to copy it`, { hint: "it is tried again later" });
  }
}

/** There is no such artefact at the source. */
export class ArtefactNotFoundError extends SlipwayError {
  override readonly name = "ArtefactNotFoundError";
  readonly code = "artefact-not-found";

  constructor(
    readonly bucket: string,
    readonly key: string,
    readonly versionId?: string,
  ) {
    const what = versionId === undefined ? key : `version ${versionId} of ${key}`;
    super(`${what} is not in ${bucket}`, { hint: "list the artefacts, or the versions of one" });
  }
}

/** A message that no reader of this queue understands. */
export class UnreadableMessageError extends SlipwayError {
  override readonly name = "UnreadableMessageError";
  readonly code = "unreadable-message";

  constructor(readonly problem: string) {
    super(`cannot read the message: ${problem}`, { hint: "see who else sends to the queue or the topic" });
  }
}

/** A notification about a bucket that is not the source. */
export class UnexpectedBucketError extends SlipwayError {
  override readonly name = "UnexpectedBucketError";
  readonly code = "unexpected-bucket";

  constructor(
    readonly bucket: string,
    readonly expected: string,
  ) {
    super(`a notification about ${bucket}, not about ${expected}`, { hint: "see what the topic is subscribed to" });
  }
}

/** No backfill of this id, or one that is finished. */
export class BackfillNotFoundError extends SlipwayError {
  override readonly name = "BackfillNotFoundError";
  readonly code = "backfill-not-found";

  constructor(readonly jobId: string) {
    super(`there is no unfinished backfill ${jobId}`, { hint: "start a new one: it skips what is there already" });
  }
}

/** An upload in parts failed, and could not be removed either. */
export class UploadLeftBehindError extends SlipwayError {
  override readonly name = "UploadLeftBehindError";
  readonly code = "upload-left-behind";
  override readonly retryable = true;

  constructor(
    readonly key: string,
    readonly uploadId: string,
    options?: ErrorOptions,
  ) {
    super(`copying ${key} in parts failed and left upload ${uploadId} behind`, {
      ...options,
      hint: "the bucket's lifecycle rule removes it",
    });
  }
}

/** An object ended before the bytes that it has. */
export class ObjectCutShortError extends SlipwayError {
  override readonly name = "ObjectCutShortError";
  readonly code = "object-cut-short";
  override readonly retryable = true;

  constructor(
    readonly key: string,
    readonly expected: number,
    readonly received: number,
  ) {
    super(`${key} ended after ${received} of ${expected} bytes`, { hint: "it is read again" });
  }
}
