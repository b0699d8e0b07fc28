import { attemptsOf, type Job } from "./job";
import type { NewJob } from "./ports";

/** A job as it is once somebody has taken it. @param now ISO 8601. */
export function claimed(job: NewJob, seen: Job | undefined, owner: string, now: string): Job {
  // Whoever redrives a job that had ended may have mended a row: what is sent where is worked out again.
  const planned = seen?.status === "Failed" || seen?.status === "Refused" ? undefined : seen?.planned;
  return {
    jobId: job.jobId,
    flag: seen?.flag ?? job.flag,
    status: "Running",
    lease: { owner, fence: (seen?.lease.fence ?? 0) + 1, beat: 0 },
    attempts: attemptsOf(seen),
    createdAt: seen?.createdAt ?? now,
    updatedAt: now,
    correlationId: seen?.correlationId ?? job.correlationId,
    requestedBy: seen?.requestedBy ?? job.requestedBy,
    planned,
  };
}
