import type * as pulumi from "@pulumi/pulumi";
import { InvalidInputError } from "@slipway/core";
import type { RowItem } from "./contract";
import { findOverlaps } from "./core/matching";
import { parseRow, type Row } from "./core/rows";

/** What happens to the data of one folder. */
export interface DataEgressRow {
  /** Folder in the source bucket, e.g. `dataegress/cbol-report/$TODAYS_DATE/*`; `$TODAYS_DATE` is a day like `2024-12-31`. */
  sourcePrefix: string;
  /**
   * Name of the pipeline that writes the data. Rows whose names are the same up to a `#` send the same data in several
   * ways: `name` and `name#sft`.
   */
  pipelineName: string;
  /** Name of a bucket that is there already, in this account. @default the component's own */
  sourceBucket?: string;
  /** `S3` or `SFT`. */
  transferType: string;
  /** Bucket that files are put into; none for `SFT`. */
  destinationBucket?: pulumi.Input<string>;
  /**
   * Folder there, or for `SFT` the agent's folder, e.g. `/data-egress/warehouse/`. `$TODAYS_DATE`,
   * `$TODAYS_YYYYMMDD_FORMATTED_DATE` and `$TODAYS_YYYYMMDD_HHMMSS_FORMATTED_DATE` are filled in. @default the top of the bucket
   */
  destinationPrefix?: string;
  /** Who gets the data, for logs and metrics. */
  recipientName: string;
  /** ARN of the role that writes to the destination. @default the service's own */
  roleArn?: pulumi.Input<string>;
  /** Whether files that their writer encrypted are sent in plain. @default false */
  decrypt?: boolean;
  /** Whether the data key of encrypted files is encrypted for the recipient. @default false */
  rewrapDataKey?: boolean;
  /** Name of the SSM parameter with the recipient's public key, for `rewrapDataKey` and `re-wrapped` manifests. */
  encryptingKeyParameter?: string;
  /** `gz` or `z`. @default files are not compressed */
  compression?: string;
  /** Name of a file with the names of all files, sent last, e.g. `ris-$TODAYS_DATE.control`, a day like `20241231`. @default none */
  controlFileName?: string;
  /** Name of a gzip file with key, size and date of all files, sent last. @default none */
  manifestFileName?: string;
  /**
   * `none`, or how the manifest is encrypted, under a data key of its own; its name then ends in `.enc`. `encrypted`: KMS
   * keeps the data key; `re-wrapped`: the recipient alone can decrypt it. Only for `S3`. @default "none"
   */
  manifestEncryption?: string;
  /** ARN of the KMS key of an `encrypted` manifest, which the recipient may decrypt with. */
  manifestKeyArn?: pulumi.Input<string>;
  /** Whether names get the date: `name.20241231.csv`. @default false */
  timestampFiles?: boolean;
  /** `HH:MM`, UTC: when an alarm goes off if a day's flag has not come. @default never */
  expectedBy?: string;
}

/** Stands for text that is known only later, where all that is asked is whether there is any. */
const KNOWN_LATER = "known-later";

const plainOr = (value: pulumi.Input<string> | undefined, later: string): string | undefined =>
  value === undefined || typeof value === "string" ? value : later;

/** A row as the table's item. @param own Name of the component's bucket. */
export const itemOf = (
  row: Omit<DataEgressRow, "destinationBucket" | "roleArn" | "manifestKeyArn">,
  { own, bucket, role, key }: { own: string } & Readonly<Record<"bucket" | "role" | "key", string | undefined>>,
): Record<string, unknown> => ({
  source_prefix: row.sourcePrefix,
  pipeline_name: row.pipelineName,
  source_bucket: row.sourceBucket ?? own,
  transfer_type: row.transferType,
  destination_bucket: bucket ?? "",
  destination_prefix: row.destinationPrefix ?? "",
  recipient_name: row.recipientName,
  role_arn: role,
  decrypt: row.decrypt ?? false,
  rewrap_datakey: row.rewrapDataKey,
  encrypting_key_ssm_parm_name: row.encryptingKeyParameter,
  compress: row.compression === undefined ? undefined : true,
  compress_fmt: row.compression,
  control_file_prefix: row.controlFileName,
  manifest_file_name: row.manifestFileName,
  manifest_file_encryption: row.manifestEncryption,
  manifest_key_arn: key,
  timestamp_files: row.timestampFiles,
  expected_by: row.expectedBy,
});

/** How the arguments call the table's attributes. */
const ARGUMENTS: Readonly<Partial<Record<keyof RowItem, keyof DataEgressRow>>> = {
  source_prefix: "sourcePrefix",
  pipeline_name: "pipelineName",
  source_bucket: "sourceBucket",
  transfer_type: "transferType",
  destination_bucket: "destinationBucket",
  destination_prefix: "destinationPrefix",
  recipient_name: "recipientName",
  role_arn: "roleArn",
  rewrap_datakey: "rewrapDataKey",
  encrypting_key_ssm_parm_name: "encryptingKeyParameter",
  compress_fmt: "compression",
  control_file_prefix: "controlFileName",
  manifest_file_name: "manifestFileName",
  manifest_file_encryption: "manifestEncryption",
  manifest_key_arn: "manifestKeyArn",
  expected_by: "expectedBy",
};

/** Checks all rows together, before anything is made. @throws InvalidInputError naming the first row and field at fault. */
export function checkRows(rows: readonly DataEgressRow[]): readonly Row[] {
  const read = rows.map((row, index) => checkRow(row, index));
  const names = read.map(({ sourcePrefix, pipeline }) => `${sourcePrefix} ${pipeline}`);
  const twice = names.findIndex((name, index) => names.indexOf(name) !== index);
  if (twice !== -1) {
    const { sourcePrefix, pipelineName } = rows[twice] ?? { sourcePrefix: "", pipelineName: "" };
    throw new InvalidInputError(
      `rows[${twice}]`,
      `has the prefix ${sourcePrefix} and the name ${pipelineName} of an earlier one`,
      "append #sft, or what sets it apart, to the pipeline's name",
    );
  }
  const [overlap] = findOverlaps(read);
  if (overlap !== undefined) {
    const { first, second } = overlap;
    throw new InvalidInputError(
      `rows[${read.indexOf(second)}]`,
      `${second.sourcePrefix} of ${second.pipeline} overlaps ${first.sourcePrefix} of ${first.pipeline}`,
      "give each pipeline a folder of its own; names that are the same up to a # may share one",
    );
  }
  return read;
}

function checkRow(row: DataEgressRow, index: number): Row {
  const later = {
    own: KNOWN_LATER,
    bucket: plainOr(row.destinationBucket, KNOWN_LATER),
    role: plainOr(row.roleArn, "arn:aws:iam::000000000000:role/known-later"),
    key: plainOr(row.manifestKeyArn, "arn:aws:kms:region:000000000000:key/known-later"),
  };
  const parsed = parseRow(itemOf(row, later));
  if (parsed.ok) return parsed.row;
  const [{ field, problem } = { field: "", problem: "cannot be used" }] = parsed.problems;
  throw new InvalidInputError(`rows[${index}].${ARGUMENTS[field as keyof RowItem] ?? field}`, problem);
}
