import type { RowItem } from "@slipway/data-egress/contract";
import type { Job, LostFlag, ParsedRow, Planned, Receipt, Row } from "@slipway/data-egress/library";
import { addressOf } from "./flags";
import { subjectOf } from "./render-jobs";

/** A row as JSON, in the words of the table; `compress_fmt` says `compress` as well. */
export const rowJson = (row: Row): Record<Exclude<keyof RowItem, "compress">, unknown> => ({
  source_bucket: row.sourceBucket,
  source_prefix: row.sourcePrefix,
  pipeline_name: row.pipeline,
  transfer_type: row.transferType,
  destination_bucket: row.destinationBucket === "" ? null : row.destinationBucket,
  destination_prefix: row.destinationPrefix,
  recipient_name: row.recipient,
  role_arn: row.roleArn ?? null,
  decrypt: row.decrypt,
  rewrap_datakey: row.rewrapDataKey,
  encrypting_key_ssm_parm_name: row.encryptingKeyParameter ?? null,
  compress_fmt: row.compression ?? null,
  control_file_prefix: row.controlFile ?? null,
  manifest_file_name: row.manifestFile ?? null,
  manifest_file_encryption: row.manifestEncryption ?? "none",
  manifest_key_arn: row.manifestKeyArn ?? null,
  timestamp_files: row.timestampFiles,
  expected_by: row.expectedBy ?? null,
});

/** A row that cannot be used, as JSON. */
export const badRowJson = ({ name, problems }: Extract<ParsedRow, { ok: false }>): Record<string, unknown> => ({
  name,
  problems: problems.map((problem) => ({ ...problem })),
});

/** A job as JSON. */
export const jobJson = (job: Job): Record<string, unknown> => ({
  job_id: job.jobId,
  flag: addressOf(job.flag),
  flag_version: job.flag.versionId ?? null,
  flag_at: job.flag.at,
  status: job.status,
  code: job.code ?? null,
  reason: job.reason ?? null,
  attempts: job.attempts,
  pipeline: subjectOf(job)?.pipeline ?? null,
  date: subjectOf(job)?.date ?? null,
  files: job.planned?.files ?? null,
  bytes: job.planned?.bytes ?? null,
  deliveries: job.planned?.deliveries ?? null,
  requested_by: job.requestedBy ?? null,
  next_attempt_at: job.retryAt ?? null,
  dismissed: job.dismissed === undefined ? null : { ...job.dismissed },
  correlation_id: job.correlationId,
  created_at: job.createdAt,
  updated_at: job.updatedAt,
});

/** A receipt as JSON. */
export const receiptJson = (receipt: Receipt): Record<string, unknown> => ({
  kind: receipt.kind,
  source: receipt.source,
  source_version: receipt.versionId ?? null,
  pipeline: receipt.pipeline,
  recipient: receipt.recipient,
  target: receipt.target,
  sha256: receipt.sha256,
  bytes: receipt.bytes,
  answer: receipt.answer,
  delivered_at: receipt.deliveredAt,
});

/** What is to be sent to one recipient under one name. */
export interface PlannedDelivery {
  readonly pipeline: string;
  readonly recipient: string;
  /** Key at the source; `control` or `manifest` for a file that is made. */
  readonly source: string;
  readonly target: string;
  /** Of the file at the source; absent for one that is made. */
  readonly bytes?: number | undefined;
}

/** What was planned, as JSON. */
export function plannedJson(planned: Planned, deliveries: readonly PlannedDelivery[]): Record<string, unknown> {
  if (planned.kind === "refused") return { refusal: { ...planned.refusal }, plan: null };
  const { pipeline, moment, files } = planned.plan;
  return {
    refusal: null,
    plan: {
      pipeline,
      date: moment.date,
      files: files.length,
      bytes: files.reduce((sum, { size }) => sum + size, 0),
      deliveries: deliveries.map((delivery) => ({ ...delivery, bytes: delivery.bytes ?? null })),
    },
  };
}

/** A dead letter as JSON. */
export const letterJson = ({ messageId, flag, failure, sentAt, settlement }: LostFlag): Record<string, unknown> => ({
  message_id: messageId,
  sent_at: sentAt ?? null,
  flag: flag ?? null,
  failure: failure ?? null,
  settlement: settlementJson(settlement),
});

/** Why nobody is needed any more, as JSON; null where somebody is. */
export const settlementJson = (settlement: LostFlag["settlement"]): Record<string, unknown> | null =>
  settlement === undefined
    ? null
    : { kind: settlement.kind, ...(settlement.kind === "superseded" && { job_id: settlement.jobId }) };
