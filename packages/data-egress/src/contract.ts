/**
 * Names that the infrastructure (component, policies) and the runtime (library, service) must agree on.
 * Imports nothing, so that either side can load it alone.
 */

/** Entries of this package under `dist/lambda/`, by what they do: programs of containers, one file each. */
export const BUNDLES = {
  /** Polls the queue, runs jobs. */
  service: "egress-service",
  /** Sends what the service hands over; see agent-contract.ts. */
  agent: "sft-agent",
  /** Takes what an agent sends, for environments without a real recipient. */
  receiver: "stub-receiver",
} as const;

/** Name of the file whose arrival starts a job: the seed's. */
export const FLAG_NAME = "pipeline_success.flag";

/** How files are sent. */
export const TRANSFER_TYPES = ["S3", "SFT"] as const;

/** One of {@link TRANSFER_TYPES}. */
export type TransferType = (typeof TRANSFER_TYPES)[number];

/** Compressions, by the ending that a compressed file gets. */
export const COMPRESSIONS = ["gz", "z"] as const;

/** One of {@link COMPRESSIONS}. */
export type Compression = (typeof COMPRESSIONS)[number];

/** What becomes of a manifest. */
export const MANIFEST_ENCRYPTIONS = ["none", "encrypted", "re-wrapped"] as const;

/** One of {@link MANIFEST_ENCRYPTIONS}. */
export type ManifestEncryption = (typeof MANIFEST_ENCRYPTIONS)[number];

/** What stands for a date in a row. In the source only the first. The date is that of the flag, never that of the clock. */
export const PLACEHOLDERS = {
  /** `2024-12-31`; in names of control files `20241231`. */
  date: "$TODAYS_DATE",
  /** `20241231` */
  compactDate: "$TODAYS_YYYYMMDD_FORMATTED_DATE",
  /** `20241231_235959`, UTC */
  compactTime: "$TODAYS_YYYYMMDD_HHMMSS_FORMATTED_DATE",
} as const;

/** The table of rows, with the seed's names. */
export const ROWS_TABLE = { partitionKey: "source_prefix", sortKey: "pipeline_name" } as const;

/** One row as it is in the table. What is not there is `undefined`; other attributes are refused. */
export interface RowItem {
  /** Folder in the source bucket, with placeholders; `/` or `/*` at its end means the same. */
  readonly source_prefix: string;
  /** Rows whose names are the same up to a `#` are one pipeline, which is sent in several ways: `name` and `name#sft`. */
  readonly pipeline_name: string;
  readonly source_bucket: string;
  readonly transfer_type: TransferType;
  /** Blank or absent for SFT. */
  readonly destination_bucket?: string;
  /** Folder in the destination bucket; for SFT the agent's folder, e.g. `/data-egress/warehouse/`. */
  readonly destination_prefix: string;
  readonly recipient_name: string;
  /** Whether files that were encrypted by their writer are sent in plain text. */
  readonly decrypt?: boolean;
  /** Whether the data key of encrypted files is encrypted anew, for the recipient; not together with `decrypt`. */
  readonly rewrap_datakey?: boolean;
  /** SSM parameter with the recipient's public key: `{"KeyId": "...", "PublicKey": "<base64 of DER, or PEM>"}`. */
  readonly encrypting_key_ssm_parm_name?: string;
  readonly compress?: boolean;
  readonly compress_fmt?: Compression;
  /** Role that writes to the destination bucket. */
  readonly role_arn?: string;
  /** Name of a file with the names of all files, one a line. */
  readonly control_file_prefix?: string;
  /** Name of a gzip file with a line `key  size date` for each file. */
  readonly manifest_file_name?: string;
  /** Under a data key of its own, which is encrypted by KMS (`encrypted`) or for the recipient alone (`re-wrapped`). */
  readonly manifest_file_encryption?: ManifestEncryption;
  /** Slipway's own: ARN of the KMS key of an `encrypted` manifest, since KMS has none that is current, as DKS has. */
  readonly manifest_key_arn?: string;
  /** Whether names get the date: `name.20241231.csv`. */
  readonly timestamp_files?: boolean;
  /** `HH:MM`, UTC: when a day's flag is overdue. */
  readonly expected_by?: string;
}

/** What jobs there are, what they send, and what was received. */
export const LEDGER_TABLE = {
  partitionKey: "job_id",
  sortKey: "item",
  indexes: {
    /** Heads of jobs only, by the time at which they were first seen. */
    jobs: { name: "jobs", partitionKey: "kind", sortKey: "created_at" },
  },
} as const;

/** Environment variables of the service. */
export const ENVIRONMENT = {
  /** Name of this data egress, for metrics, logs and events. */
  name: "SLIPWAY_DATA_EGRESS",
  queueUrl: "SLIPWAY_QUEUE_URL",
  deadLetterQueueUrl: "SLIPWAY_DEAD_LETTER_QUEUE_URL",
  rowsTable: "SLIPWAY_ROWS_TABLE",
  ledgerTable: "SLIPWAY_LEDGER_TABLE",
  /** Name or ARN. */
  eventBus: "SLIPWAY_EVENT_BUS",
  /** Times that a job is tried before it is a dead letter. */
  maxAttempts: "SLIPWAY_MAX_ATTEMPTS",
  /** Seconds without a sign of life after which a job is taken over from another worker. */
  leaseSeconds: "SLIPWAY_LEASE_SECONDS",
  /** Minutes that the agent has for the files of one attempt. */
  deliveryMinutes: "SLIPWAY_DELIVERY_MINUTES",
  /** Files that are sent at once. */
  concurrency: "SLIPWAY_CONCURRENCY",
  /** `https://` address of the data key service. @default none: KMS decrypts the data keys of HTME too */
  dataKeyServiceUrl: "SLIPWAY_DATA_KEY_SERVICE_URL",
} as const;

/**
 * Variables of the service that ECS fills from Secrets Manager or SSM: what it speaks TLS with to the data key service. They
 * hold what those of the agent with these names hold, and may be given as `<NAME>_FILE` likewise. With none of them the
 * service shows no certificate and believes the public authorities that Node comes with.
 */
export const DATA_KEY_SERVICE_SECRETS = {
  certificate: "SLIPWAY_DATA_KEY_SERVICE_CERTIFICATE",
  privateKey: "SLIPWAY_DATA_KEY_SERVICE_PRIVATE_KEY",
  trust: "SLIPWAY_DATA_KEY_SERVICE_TRUST",
  keystore: "SLIPWAY_DATA_KEY_SERVICE_KEYSTORE",
  truststore: "SLIPWAY_DATA_KEY_SERVICE_TRUSTSTORE",
  keystorePassword: "SLIPWAY_DATA_KEY_SERVICE_KEYSTORE_PASSWORD",
  truststorePassword: "SLIPWAY_DATA_KEY_SERVICE_TRUSTSTORE_PASSWORD",
} as const;

/** What the variables say when they are not set. */
export const DEFAULTS = { maxAttempts: 5, leaseSeconds: 60, deliveryMinutes: 360, concurrency: 8 } as const;

/** Receives after which SQS itself gives a message up: the service counts attempts and gives up long before. */
export const MAX_RECEIVES = 1000;

/** `type` of a message that has a job done again. */
export const REPLAY_MESSAGE = "slipway.data-egress.replay";

/** A message that has a job done again, as JSON: the same flag and date, the files that were there when it was put. */
export interface ReplayMessage {
  readonly type: typeof REPLAY_MESSAGE;
  /** Job whose flag it is. */
  readonly job_id: string;
  /** The new job is named by it: the same id is the same replay. */
  readonly replay_id: string;
  /** Who wants it. */
  readonly requested_by: string;
}

/** EventBridge `source` of every event below. */
export const EVENT_SOURCE = "slipway.data-egress";

/** EventBridge `detail-type`s. Every detail carries `data_egress` (the name); those about a job `job_id`, `correlation_id`. */
export const EVENT_TYPES = {
  /** `pipeline`, `flag`, `files`, `bytes`, `recipients`, `complete: true`: every file was verified at its recipient. */
  sent: "Data Sent",
  /** `flag`, `code`, `reason`, `attempts`, `final`: whether it is a dead letter now. */
  failed: "Data Not Sent",
  /** `pipeline`, `expected_by`, `date`. */
  overdue: "Data Overdue",
  /** `flag`, `reason`, `dismissed_by`; for a letter of which no job is known `message_id` in place of what names the job. */
  dismissed: "Data Dismissed",
} as const;

/** One of {@link EVENT_TYPES}. */
export type EventType = (typeof EVENT_TYPES)[keyof typeof EVENT_TYPES];

/** CloudWatch namespace, dimension and metrics; those of the agent are in agent-contract.ts. */
export const METRICS = {
  namespace: "Slipway/DataEgress",
  nameDimension: "data_egress",
  /** Second dimension of what is counted by file, besides what all recipients come to under the first alone. */
  recipientDimension: "recipient",
  /** Files verified at their recipient. Unit: count. */
  sent: "SentFiles",
  /** Bytes of them. Unit: bytes. */
  sentBytes: "SentBytes",
  /** Files that an attempt could not send. Unit: count. */
  failed: "FailedFiles",
  /** Jobs that are done. Unit: count. */
  jobs: "SentJobs",
  /** Attempts that ended without success. Unit: count. Alarm on it. */
  failedJobs: "FailedAttempts",
  /** Days until the first certificate that the data key service is spoken to with ends, every hour. Unit: count. */
  dataKeyServiceCertificateDays: "DataKeyServiceCertificateDays",
  /** Pipelines whose flag is overdue now. Unit: count. Alarm on it. */
  overdue: "OverduePipelines",
} as const;

/** Message attributes of dead letters: why the service gave a message up. */
export const LETTER_ATTRIBUTES = { code: "slipway_code", reason: "slipway_reason", job: "slipway_job" } as const;
