import { deliveryIdOf } from "./ids";
import type { Receipt } from "./job";
import type { Plan, SourceFile, Way } from "./plan";
import type { Row } from "./rows";

/** One thing that one recipient is to get. */
export interface Delivery {
  readonly id: string;
  readonly jobId: string;
  readonly correlationId: string;
  readonly kind: Receipt["kind"];
  readonly row: Row;
  /** Ends in `/` or is blank; for SFT below the volume's root. */
  readonly folder: string;
  readonly name: string;
  /** Of files. */
  readonly file?: SourceFile | undefined;
  /** Of control files and manifests. */
  readonly content?: Uint8Array | undefined;
  /** Of manifests that are encrypted: what tells how. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

/** `s3://bucket/key`, or the place on the volume. */
export const targetOf = ({ row, folder, name }: Pick<Delivery, "row" | "folder" | "name">): string =>
  row.transferType === "S3" ? `s3://${row.destinationBucket}/${folder}${name}` : `/data-egress/${folder}${name}`;

type Thread = Pick<Delivery, "jobId" | "correlationId">;

/** The files of a way. */
export const filesOf = (plan: Plan, { row, folder, names }: Way, thread: Thread): readonly Delivery[] =>
  plan.files.flatMap((file, index) => {
    const name = names[index];
    if (name === undefined) return [];
    const target = targetOf({ row, folder, name });
    const id = deliveryIdOf(thread.jobId, row, target, `${file.key} ${file.versionId ?? file.etag}`);
    return [{ ...thread, id, kind: "file", row, folder, name, file } as const];
  });

/** How many things all ways of a plan deliver together. */
export const countDeliveries = ({ files, ways }: Plan): number =>
  ways.reduce((sum, way) => sum + files.length + [way.controlFile, way.manifestFile].filter(Boolean).length, 0);

/** What a file that is made says: the names of a way's files, one a line. */
export const controlText = ({ names }: Way): string => names.map((name) => `${name}\n`).join("");

/** What a manifest says, before it is compressed: `key  size date` of each file as the recipient has it. */
export const manifestText = (files: readonly Delivery[], receipts: ReadonlyMap<string, Receipt>): string =>
  files
    .map(({ id, folder, name, file }) => {
      const bytes = receipts.get(id)?.bytes ?? 0;
      return `${folder}${name}  ${bytes} ${file?.lastModified ?? ""}\n`;
    })
    .join("");

/** The delivery of a file that is made. */
export function madeDelivery(
  kind: "control" | "manifest",
  { row, folder }: Way,
  name: string,
  made: Pick<Delivery, "content" | "metadata">,
  thread: Thread,
): Delivery {
  const target = targetOf({ row, folder, name });
  return { ...thread, id: deliveryIdOf(thread.jobId, row, target, kind), kind, row, folder, name, ...made };
}
