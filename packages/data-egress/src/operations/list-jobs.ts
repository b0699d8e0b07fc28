import { InvalidInputError } from "@slipway/core";
import { isDate } from "../core/dates";
import { PipelineNotFoundError } from "../core/errors";
import { subjectOf, type Job } from "../core/job";
import { pipelineOf } from "../core/rows";
import type { ListJobsInput } from "../egress-client";
import type { ClientDependencies } from "./client";

const DEFAULT_LIMIT = 50;
const PAGE = 100;

/** Jobs, the newest first; those that were refused too, where it is known whose data they were about. */
export async function list({ ledger, rows }: ClientDependencies, input: ListJobsInput): Promise<readonly Job[]> {
  const { pipeline, date, status: wanted, limit = DEFAULT_LIMIT } = input;
  if (date !== undefined && !isDate(date)) throw new InvalidInputError("date", `${date} is no day like 2024-12-31`);
  const found: Job[] = [];
  let before: string | undefined;
  for (;;) {
    const page = await ledger.list({ limit: PAGE, before });
    found.push(
      ...page.filter(
        (job) =>
          (pipeline === undefined || subjectOf(job)?.pipeline === pipeline) &&
          (date === undefined || subjectOf(job)?.date === date) &&
          (wanted === undefined || job.status === wanted),
      ),
    );
    before = page.at(-1)?.createdAt;
    if (found.length >= limit || page.length < PAGE) break;
  }
  if (found.length === 0 && pipeline !== undefined) await requirePipeline({ rows }, pipeline);
  return found.slice(0, limit);
}

/** A pipeline may have jobs of days when it still had rows. */
async function requirePipeline({ rows }: Pick<ClientDependencies, "rows">, pipeline: string): Promise<void> {
  const items = await rows.all();
  const known = [...new Set(items.flatMap((item) => (item.ok ? [pipelineOf(item.row)] : [])))].sort();
  // A row that cannot be read could be its own.
  if (!known.includes(pipeline) && items.every(({ ok }) => ok)) throw new PipelineNotFoundError(pipeline, known);
}
