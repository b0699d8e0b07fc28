import { didYouMean, nearestWord } from "@slipway/core";
import {
  COMPRESSIONS,
  MANIFEST_ENCRYPTIONS,
  PLACEHOLDERS,
  TRANSFER_TYPES,
  type Compression,
  type ManifestEncryption,
  type RowItem,
  type TransferType,
} from "../contract";
import { folderOfVolume } from "./volume";

/** A row that can be acted on. */
export interface Row {
  readonly sourceBucket: string;
  /** Ends in `/`; may hold the placeholder of the date. */
  readonly sourcePrefix: string;
  readonly pipeline: string;
  readonly transferType: TransferType;
  /** Blank for SFT. */
  readonly destinationBucket: string;
  /** Ends in `/`, or is blank for the top of a bucket; may hold placeholders. */
  readonly destinationPrefix: string;
  readonly recipient: string;
  readonly decrypt: boolean;
  readonly rewrapDataKey: boolean;
  readonly encryptingKeyParameter?: string | undefined;
  readonly compression?: Compression | undefined;
  readonly roleArn?: string | undefined;
  readonly controlFile?: string | undefined;
  readonly manifestFile?: string | undefined;
  /** Absent where it goes in plain. */
  readonly manifestEncryption?: Exclude<ManifestEncryption, "none"> | undefined;
  /** Of an `encrypted` manifest. */
  readonly manifestKeyArn?: string | undefined;
  readonly timestampFiles: boolean;
  readonly expectedBy?: string | undefined;
}

/** One thing that is wrong with a row. */
export interface RowProblem {
  /** Attribute of the table. */
  readonly field: string;
  readonly problem: string;
}

/** What was read of an item of the table. */
export type ParsedRow =
  | { readonly ok: true; readonly row: Row }
  | {
      readonly ok: false;
      /** Prefix and pipeline, as far as they are there. */
      readonly name: string;
      readonly prefix: string;
      readonly problems: readonly RowProblem[];
    };

type Item = Readonly<Record<string, unknown>>;

const TEXTS = [
  "source_prefix",
  "pipeline_name",
  "source_bucket",
  "transfer_type",
  "destination_bucket",
  "destination_prefix",
  "recipient_name",
  "encrypting_key_ssm_parm_name",
  "compress_fmt",
  "role_arn",
  "control_file_prefix",
  "manifest_file_name",
  "manifest_file_encryption",
  "manifest_key_arn",
  "expected_by",
] as const satisfies readonly (keyof RowItem)[];

const FLAGS = [
  "decrypt",
  "rewrap_datakey",
  "compress",
  "timestamp_files",
] as const satisfies readonly (keyof RowItem)[];

const REQUIRED = ["source_prefix", "pipeline_name", "source_bucket", "transfer_type", "recipient_name"] as const;

const KNOWN: ReadonlySet<string> = new Set([...TEXTS, ...FLAGS]);

/** Reads an item of the table. Whoever edits a table by hand makes mistakes, so nothing of it is taken on trust. */
export function parseRow(item: Item): ParsedRow {
  const problems = [...typeProblems(item), ...missingProblems(item)];
  const text = (name: (typeof TEXTS)[number]): string => (typeof item[name] === "string" ? item[name].trim() : "");
  const known = problems.length === 0 ? valueProblems(item, text) : problems;
  const name = `${text("source_prefix")} ${text("pipeline_name")}`.trim();
  if (known.length > 0) return { ok: false, name, prefix: text("source_prefix"), problems: known };
  const optional = (value: string): string | undefined => (value === "" ? undefined : value);
  return {
    ok: true,
    row: {
      sourceBucket: text("source_bucket"),
      sourcePrefix: asFolder(text("source_prefix")),
      pipeline: text("pipeline_name"),
      transferType: text("transfer_type") as TransferType,
      destinationBucket: text("destination_bucket"),
      destinationPrefix: asFolder(text("destination_prefix")),
      recipient: text("recipient_name"),
      decrypt: item["decrypt"] === true,
      rewrapDataKey: item["rewrap_datakey"] === true,
      encryptingKeyParameter: optional(text("encrypting_key_ssm_parm_name")),
      compression: item["compress"] === true ? ((optional(text("compress_fmt")) ?? "gz") as Compression) : undefined,
      roleArn: optional(text("role_arn")),
      controlFile: optional(text("control_file_prefix")),
      manifestFile: optional(text("manifest_file_name")),
      manifestEncryption: manifestEncryptionOf(text("manifest_file_encryption")),
      manifestKeyArn: optional(text("manifest_key_arn")),
      timestampFiles: item["timestamp_files"] === true,
      expectedBy: optional(text("expected_by")),
    },
  };
}

const manifestEncryptionOf = (value: string): Row["manifestEncryption"] =>
  value === "encrypted" || value === "re-wrapped" ? value : undefined;

/** Name of the pipeline that rows belong to: what comes before the first `#`. */
export const pipelineOf = ({ pipeline }: Pick<Row, "pipeline">): string => pipeline.split("#", 1)[0] ?? pipeline;

/** With one `/` at the end and no `*`; blank stays blank. */
export function asFolder(prefix: string): string {
  const bare = prefix.replace(/\*+$/, "").replace(/\/+$/, "");
  return bare === "" ? "" : `${bare}/`;
}

const typeProblems = (item: Item): RowProblem[] => [
  ...Object.keys(item)
    .filter((field) => !KNOWN.has(field) && item[field] !== undefined)
    .map((field) => ({ field, problem: `unknown field${didYouMean(nearestWord(field, [...KNOWN]))}` })),
  ...TEXTS.filter((field) => item[field] !== undefined && typeof item[field] !== "string").map((field) => ({
    field,
    problem: "is not text",
  })),
  ...FLAGS.filter((field) => item[field] !== undefined && typeof item[field] !== "boolean").map((field) => ({
    field,
    problem: "is neither true nor false",
  })),
];

const missingProblems = (item: Item): RowProblem[] =>
  REQUIRED.filter((field) => item[field] === undefined || item[field] === "" || isBlank(item[field])).map((field) => ({
    field,
    problem: "is blank",
  }));

const isBlank = (value: unknown): boolean => typeof value === "string" && value.trim() === "";

type Text = (name: (typeof TEXTS)[number]) => string;

function valueProblems(item: Item, text: Text): RowProblem[] {
  const found: RowProblem[] = [];
  const check = (fine: boolean, field: keyof RowItem, problem: string): void => {
    if (!fine) found.push({ field, problem });
  };
  const among = (values: readonly string[], field: (typeof TEXTS)[number]): void =>
    check(
      text(field) === "" || values.includes(text(field)),
      field,
      `${text(field)} is not one of ${values.join(", ")}`,
    );
  const [type, bucket, prefix] = [text("transfer_type"), text("destination_bucket"), text("destination_prefix")];
  among(TRANSFER_TYPES, "transfer_type");
  among(COMPRESSIONS, "compress_fmt");
  among(MANIFEST_ENCRYPTIONS, "manifest_file_encryption");
  check(type !== "S3" || bucket !== "", "destination_bucket", "is blank, which a row of type S3 cannot be");
  check(type !== "SFT" || bucket === "", "destination_bucket", `is ${bucket}; a row of type SFT has none`);
  if (type === "SFT") check(isAgentFolder(prefix), "destination_prefix", `${prefix} is no folder below /data-egress/`);
  check(type === "S3" || text("role_arn") === "", "role_arn", "is only for rows of type S3");
  check(/^$|^arn:[\w-]+:iam::\d{12}:role\/\S+$/.test(text("role_arn")), "role_arn", "is not the ARN of a role");
  sourceProblems(text).forEach(({ field, problem }) => check(false, field as keyof RowItem, problem));
  for (const field of ["destination_prefix", "control_file_prefix", "manifest_file_name"] as const) {
    check(onlyKnownPlaceholders(text(field)), field, "has a $ that begins no placeholder");
    check(!hasEscape(text(field)), field, "has a part that is .. or a control character");
  }
  for (const field of ["control_file_prefix", "manifest_file_name"] as const) {
    check(!text(field).includes("/"), field, "has a /; it is a name in the destination");
  }
  check(/^$|^([01]\d|2[0-3]):[0-5]\d$/.test(text("expected_by")), "expected_by", "is not a time like 06:00");
  const manifest = manifestEncryptionOf(text("manifest_file_encryption"));
  const keyed = item["rewrap_datakey"] === true;
  check(!(keyed && item["decrypt"] === true), "rewrap_datakey", "cannot be together with decrypt");
  check(
    !(keyed || manifest === "re-wrapped") || text("encrypting_key_ssm_parm_name") !== "",
    "encrypting_key_ssm_parm_name",
    "is blank",
  );
  // What tells the key is metadata of an object; a file that is sent has none.
  check(!keyed || type === "S3", "rewrap_datakey", "is only for rows of type S3");
  check(manifest === undefined || type === "S3", "manifest_file_encryption", "is only for rows of type S3");
  check(manifest === undefined || text("manifest_file_name") !== "", "manifest_file_name", "is blank");
  check(
    (manifest === "encrypted") === (text("manifest_key_arn") !== ""),
    "manifest_key_arn",
    "belongs to an encrypted manifest",
  );
  check(
    /^$|^arn:[\w-]+:kms:[\w-]+:\d{12}:key\/\S+$/.test(text("manifest_key_arn")),
    "manifest_key_arn",
    "is not the ARN of a key",
  );
  return found;
}

function sourceProblems(text: Text): RowProblem[] {
  const prefix = text("source_prefix");
  const folder = asFolder(prefix);
  const rest = folder.replaceAll(PLACEHOLDERS.date, "");
  const problems = [
    [folder === "", "names the whole bucket"],
    [folder.startsWith("/"), "begins with /, which no key does"],
    [rest.includes("*"), "has a * that is not at its end"],
    [rest.includes("$"), `has a $ that does not begin ${PLACEHOLDERS.date}`],
    [hasEscape(folder), "has a part that is .. or a control character"],
  ] as const;
  return problems.filter(([wrong]) => wrong).map(([, problem]) => ({ field: "source_prefix", problem }));
}

const onlyKnownPlaceholders = (text: string): boolean =>
  !Object.values(PLACEHOLDERS)
    .reduce((rest, each) => rest.replaceAll(each, ""), text)
    .includes("$");

const hasEscape = (text: string): boolean => /(^|\/)\.\.?(\/|$)|[\u0000-\u001f\u007f]/.test(text);

const isAgentFolder = (prefix: string): boolean => folderOfVolume(prefix) !== undefined;
