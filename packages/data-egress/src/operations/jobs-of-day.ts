import type { Job } from "../core/job";
import type { JobLedger } from "../core/ports";

const PAGE = 100;

/** All jobs that were made since the beginning of a day, UTC, the newest first. @param date `YYYY-MM-DD` */
export async function jobsSince(ledger: Pick<JobLedger, "list">, date: string): Promise<readonly Job[]> {
  const jobs: Job[] = [];
  for (;;) {
    const page = await ledger.list({ limit: PAGE, before: jobs.at(-1)?.createdAt });
    const recent = page.filter(({ createdAt }) => createdAt >= date);
    jobs.push(...recent);
    if (page.length < PAGE || recent.length < page.length) return jobs;
  }
}
