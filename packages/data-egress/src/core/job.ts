import type { Moment } from "./dates";
import type { Flag } from "./flags";
import type { Status } from "./status";

/** Who works on a job, and that they still do. */
export interface Lease {
  /** Id of the worker's hold, another one for every claim. */
  readonly owner: string;
  /** Number of the claim; every later one is higher, and only the highest may end the job. */
  readonly fence: number;
  /** Renewals of this claim. */
  readonly beat: number;
}

/** A job without its files. */
export interface Job {
  readonly jobId: string;
  readonly flag: Flag;
  readonly status: Status;
  readonly lease: Lease;
  /** Times that it was claimed since it was new, or last failed or was refused. */
  readonly attempts: number;
  /** ISO 8601. */
  readonly createdAt: string;
  /** ISO 8601; when its status last changed. */
  readonly updatedAt: string;
  /** Thread from the flag to the recipient. */
  readonly correlationId: string;
  /** Who had it done, for replays. */
  readonly requestedBy?: string | undefined;
  /** Present once it has a plan. */
  readonly planned?: PlanSummary | undefined;
  /** Whose data it was about, where it was refused. */
  readonly subject?: Subject | undefined;
  /** Why it is waiting, failed or was refused. */
  readonly code?: string | undefined;
  readonly reason?: string | undefined;
  /** While it waits: the earliest time of the next attempt, ISO 8601. */
  readonly retryAt?: string | undefined;
  /** Present once somebody laid it to rest. */
  readonly dismissed?: Dismissal | undefined;
}

/** Whose data a flag is about, as far as its folder tells. */
export interface Subject {
  /** Without what follows a `#`; absent where rows of several would take it. */
  readonly pipeline?: string | undefined;
  /** `YYYY-MM-DD` */
  readonly date: string;
}

/** That somebody needs no more of a job that failed or was refused. */
export interface Dismissal {
  /** Who said so, e.g. the ARN that STS reports. */
  readonly by: string;
  readonly reason: string;
  /** ISO 8601. */
  readonly at: string;
}

/** What the head of a job tells of its plan. */
export interface PlanSummary {
  readonly planId: string;
  readonly pipeline: string;
  readonly moment: Moment;
  /** Deliveries, that is files times ways with control files and manifests. */
  readonly deliveries: number;
  readonly files: number;
  /** Of the files at the source. */
  readonly bytes: number;
}

/** What a recipient has, and how that is known. */
export interface Receipt {
  /** Id of the delivery. */
  readonly id: string;
  readonly kind: "file" | "control" | "manifest";
  /** Key at the source; the name of a file that was made. */
  readonly source: string;
  readonly versionId?: string | undefined;
  /** Name of the row's pipeline, with its `#`. */
  readonly pipeline: string;
  readonly recipient: string;
  /** `s3://bucket/key`, or the agent's folder and name. */
  readonly target: string;
  /** Hexadecimal, of the bytes that the recipient has. */
  readonly sha256: string;
  readonly bytes: number;
  /** What the recipient said, in few words: version and ETag, or HTTP statuses. */
  readonly answer: string;
  /** ISO 8601. */
  readonly deliveredAt: string;
}

/**
 * Attempts of a job that is claimed. Whoever redrives a job that had ended begins anew, and an attempt that ended because
 * its process did is none.
 */
export function attemptsOf(seen: Pick<Job, "status" | "attempts" | "code"> | undefined): number {
  if (seen === undefined || seen.status === "Failed" || seen.status === "Refused") return 1;
  return seen.status === "Waiting" && seen.code === STOPPED ? seen.attempts : seen.attempts + 1;
}

/** Code of an attempt that ended because its process did. */
export const STOPPED = "stopped";

/** Whose data a job is about, where that is known. */
export const subjectOf = ({ planned, subject }: Pick<Job, "planned" | "subject">): Subject | undefined =>
  planned === undefined ? subject : { pipeline: planned.pipeline, date: planned.moment.date };

/** How an attempt went wrong. */
export interface Failure {
  readonly code: string;
  readonly reason: string;
}

/** What is written down when an attempt did not succeed. */
export interface Ending extends Failure {
  readonly subject?: Subject | undefined;
  readonly retryAt?: string | undefined;
}
