import type {
  BackfillCounts,
  BackfillJob,
  Difference,
  ExplainedLetter,
  Hold,
  ListedObject,
  Promotion,
} from "@slipway/artefact-promotion/library";

/** An artefact of a listing as JSON. */
export const listedJson = ({ key, size, etag, lastModified }: ListedObject): Record<string, unknown> => ({
  key,
  size,
  etag,
  last_modified: lastModified.toISOString(),
});

/** A kind of difference as JSON has it. */
export const kindJson = (kind: Difference["kind"]): string => kind.replaceAll("-", "_");

/** A difference as JSON. */
export const differenceJson = ({ kind, key, source, target, hold }: Difference): Record<string, unknown> => ({
  kind: kindJson(kind),
  key,
  source: source ? listedJson(source) : null,
  target: target ? listedJson(target) : null,
  hold: hold ? holdJson(hold) : null,
});

/** A promotion as JSON. */
export const promotionJson = (promotion: Promotion): Record<string, unknown> => ({
  key: promotion.key,
  hop: promotion.hop,
  promoted_at: promotion.promotedAt,
  source_bucket: promotion.sourceBucket,
  source_version_id: promotion.sourceVersionId ?? null,
  target_bucket: promotion.targetBucket,
  target_version: promotion.targetVersion,
  size: promotion.size ?? null,
  checksum: promotion.proof,
  route: promotion.route,
  trigger: promotion.trigger,
  requested_by: promotion.requestedBy,
  correlation_id: promotion.correlationId,
});

/** A hold as JSON. */
export const holdJson = ({ versionId, against, reason, heldBy, heldAt }: Hold): Record<string, unknown> => ({
  version_id: versionId,
  against,
  reason,
  held_by: heldBy,
  held_at: heldAt,
});

/** What a backfill did as JSON. */
export const countsJson = ({ scanned, promoted, bytes, queued, skipped }: BackfillCounts): Record<string, number> => ({
  scanned,
  promoted,
  bytes,
  queued,
  skipped,
});

/** A backfill as JSON. */
export const backfillJson = (job: BackfillJob): Record<string, unknown> => ({
  job_id: job.id,
  status: job.status,
  mode: job.mode,
  prefix: job.prefix ?? null,
  started_at: job.startedAt,
  updated_at: job.updatedAt,
  requested_by: job.requestedBy,
  counts: countsJson(job.counts),
});

/** A dead letter as JSON. */
export const letterJson = ({ messageId, keys, sentAt, failure }: ExplainedLetter): Record<string, unknown> => ({
  message_id: messageId,
  keys,
  sent_at: sentAt ?? null,
  failure: failure
    ? { code: failure.code, reason: failure.reason, attempts: failure.attempts, failed_at: failure.failedAt }
    : null,
});
