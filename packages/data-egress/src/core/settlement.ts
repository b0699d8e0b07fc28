import type { Job } from "./job";

/** Why a job that failed or was refused needs nobody any more. */
export type Settlement =
  | { readonly kind: "dismissed" }
  /** A flag that was put at the same time or later has sent the folder. */
  | { readonly kind: "superseded"; readonly jobId: string };

/** Whether a job is one that was given up. */
export const isGivenUp = ({ status }: Pick<Job, "status">): boolean => status === "Failed" || status === "Refused";

/**
 * Whether a job that was given up needs nobody any more. A replay of an older flag settles nothing: it has sent what was there
 * before.
 *
 * @param jobs At least all that were made since. @returns undefined when somebody has to look.
 */
export function settlementOf(job: Job, jobs: readonly Job[]): Settlement | undefined {
  if (job.dismissed !== undefined) return { kind: "dismissed" };
  const later = jobs.find(
    ({ status, flag, createdAt }) =>
      status === "Succeeded" &&
      flag.bucket === job.flag.bucket &&
      flag.key === job.flag.key &&
      flag.at >= job.flag.at &&
      createdAt >= job.createdAt,
  );
  return later && { kind: "superseded", jobId: later.jobId };
}
