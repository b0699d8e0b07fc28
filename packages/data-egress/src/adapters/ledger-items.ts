import type { Job, Receipt } from "../core/job";
import type { Plan, SourceFile } from "../core/plan";

type Item = Readonly<Record<string, unknown>>;

/** Sort key of a job's head. */
export const HEAD = "job";
/** What sort keys of receipts begin with. */
export const RECEIPT = "receipt#";
/** Partition of the index of jobs. */
export const JOB_KIND = "job";

/** Sort key of one page of a plan. */
export const planPageKey = (planId: string, page: number): string =>
  `${planPrefix(planId)}${`${page}`.padStart(6, "0")}`;

/** What sort keys of a plan's pages begin with. */
export const planPrefix = (planId: string): string => `plan#${planId}#`;

/** A job as the head's attributes. */
export const headItem = ({ jobId, lease, createdAt, updatedAt, ...job }: Job): Item => ({
  job_id: jobId,
  item: HEAD,
  kind: JOB_KIND,
  created_at: createdAt,
  updated_at: updatedAt,
  lease_owner: lease.owner,
  fence: lease.fence,
  beat: lease.beat,
  status: job.status,
  attempts: job.attempts,
  correlation_id: job.correlationId,
  requested_by: job.requestedBy,
  flag: job.flag,
  planned: job.planned,
  subject: job.subject,
  code: job.code,
  reason: job.reason,
  retry_at: job.retryAt,
  dismissed: job.dismissed,
});

/** The job that a head tells of. */
export const toJob = (item: Item): Job => ({
  jobId: item["job_id"] as string,
  flag: item["flag"] as Job["flag"],
  status: item["status"] as Job["status"],
  lease: { owner: item["lease_owner"] as string, fence: item["fence"] as number, beat: item["beat"] as number },
  attempts: item["attempts"] as number,
  createdAt: item["created_at"] as string,
  updatedAt: item["updated_at"] as string,
  correlationId: item["correlation_id"] as string,
  requestedBy: item["requested_by"] as string | undefined,
  planned: item["planned"] as Job["planned"],
  subject: item["subject"] as Job["subject"],
  code: item["code"] as string | undefined,
  reason: item["reason"] as string | undefined,
  retryAt: item["retry_at"] as string | undefined,
  dismissed: item["dismissed"] as Job["dismissed"],
});

export const receiptItem = (jobId: string, { id, ...receipt }: Receipt): Item => ({
  job_id: jobId,
  item: `${RECEIPT}${id}`,
  ...receipt,
});

export function toReceipt({ job_id: _jobId, item, ...receipt }: Item): Receipt {
  return { ...(receipt as unknown as Omit<Receipt, "id">), id: String(item).slice(RECEIPT.length) };
}

/** Bytes of the text of files in one item, of which DynamoDB takes 400 KB; names may be escaped to six times their size. */
const PAGE_BYTES = 60_000;

/** A plan in pages: everything but its files on the first, and as many files on each as fit. */
export function planPages(plan: Plan): readonly { readonly head?: string; readonly files: string }[] {
  const { files, ways, ...rest } = plan;
  // Names are made of the files' keys; they are kept all the same, because a later version may make others.
  const rows = files.map((file, index) => ({ file, names: ways.map(({ names }) => names[index] ?? "") }));
  const pages: (typeof rows)[] = [[]];
  let bytes = 0;
  for (const row of rows) {
    const size = JSON.stringify(row).length;
    if (bytes + size > PAGE_BYTES && pages.at(-1)?.length !== 0) {
      pages.push([]);
      bytes = 0;
    }
    pages.at(-1)?.push(row);
    bytes += size;
  }
  const head = JSON.stringify({ ...rest, ways: ways.map(({ names: _names, ...way }) => way) });
  return pages.map((page, index) => ({ ...(index === 0 && { head }), files: JSON.stringify(page) }));
}

/** The plan that pages hold, which must be all of them and in order. */
export function toPlan(pages: readonly { readonly head?: string; readonly files: string }[]): Plan {
  const head = JSON.parse(pages[0]?.head ?? "{}") as Omit<Plan, "files">;
  const rows = pages.flatMap(({ files }) => JSON.parse(files) as { file: SourceFile; names: string[] }[]);
  return {
    ...head,
    files: rows.map(({ file }) => file),
    ways: head.ways.map((way, index) => ({ ...way, names: rows.map(({ names }) => names[index] ?? "") })),
  };
}
