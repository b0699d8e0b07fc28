import type { Redriven, RedriveOptions } from "@slipway/aws-runtime";
import type { Overdue } from "./core/deadlines";
import type { Failure, Job, Receipt } from "./core/job";
import type { Planned, Plan } from "./core/plan";
import type { Overlap } from "./core/matching";
import type { ParsedRow } from "./core/rows";
import type { Settlement } from "./core/settlement";
import type { Status } from "./core/status";

/** What `list` looks for. */
export interface ListJobsInput {
  /** Name of the pipeline, without what follows a `#`. @default all */
  readonly pipeline?: string | undefined;
  /** `YYYY-MM-DD`: the day that the data is of. @default all */
  readonly date?: string | undefined;
  /** @default all */
  readonly status?: Status | undefined;
  /** @default 50 */
  readonly limit?: number | undefined;
}

/** A job with all that is known of it. */
export interface JobReport {
  readonly job: Job;
  /** Absent when it was refused. */
  readonly plan?: Plan | undefined;
  readonly receipts: readonly Receipt[];
  /** Deliveries of the plan that have no receipt yet. */
  readonly missing: number;
  /** Why nobody is needed, though it failed or was refused. */
  readonly settlement?: Settlement | undefined;
}

/** A flag that may be there or not. */
export interface PlanInput {
  readonly bucket: string;
  /** Key of the flag. */
  readonly key: string;
  /** When it was or would be put, ISO 8601. @default now */
  readonly at?: string | undefined;
}

/** Which job is done again. */
export interface ReplayInput {
  /** One job. */
  readonly jobId?: string | undefined;
  /** Or the last one of this pipeline that succeeded, or else the last one, for this day; both must be given. */
  readonly pipeline?: string | undefined;
  /** `YYYY-MM-DD` */
  readonly date?: string | undefined;
  /** Only tell what would be sent. @default false */
  readonly dryRun?: boolean | undefined;
}

/** What was or would be done again. */
export interface Replayed {
  /** The job that it repeats. */
  readonly of: Job;
  /** Id of the new job; absent with `dryRun`. */
  readonly jobId?: string | undefined;
  /** What would be sent: the files that were there when the flag was put, by the rows as they are now. */
  readonly planned: Planned;
}

/** How one pipeline fares. */
export interface PipelineStatus {
  readonly pipeline: string;
  /** `S3`, `SFT` or both, and to whom. */
  readonly recipients: readonly string[];
  readonly expectedBy?: string | undefined;
  readonly overdue: boolean;
  /** The newest job of the days that were looked at. */
  readonly last?: Job | undefined;
}

/** How the data egress fares. */
export interface EgressStatus {
  readonly pipelines: readonly PipelineStatus[];
  readonly overdue: readonly Overdue[];
  /** Jobs that are under way or wait for another attempt. */
  readonly open: readonly Job[];
  /** Flags that no row is for, and the like, of the days that were looked at, unless they are settled. */
  readonly refused: readonly Job[];
  /** Jobs that failed or were refused, after which a job of the same flag (`by`, an id) has sent the folder. */
  readonly superseded: readonly { readonly job: Job; readonly by: string }[];
  /** Rows of different pipelines that take the same folder: its flags are refused. */
  readonly conflicts: readonly Overlap[];
  /** Rows that cannot be used. */
  readonly badRows: readonly Extract<ParsedRow, { ok: false }>[];
}

/** A message that was given up. */
export interface LostFlag {
  readonly messageId: string;
  /** `s3://bucket/key`; absent when the message cannot be read. */
  readonly flag?: string | undefined;
  /** Why it was given up, where the ledger knows. */
  readonly failure?: Failure | undefined;
  /** When it was given up, ISO 8601. */
  readonly sentAt?: string | undefined;
  /** Why nobody is needed any more. */
  readonly settlement?: Settlement | undefined;
}

/** What is laid to rest: one of `id`, `flag` and `settled`. */
export interface DismissInput {
  /** Id of a job, or of a dead letter of which no job is known. */
  readonly id?: string | undefined;
  /** Flag whose jobs were given up; all of them are meant. */
  readonly flag?: { readonly bucket: string; readonly key: string } | undefined;
  /** All that needs nobody any more, see {@link Settlement}: what is superseded, and letters that were left over. @default false */
  readonly settled?: boolean | undefined;
  /** Why nobody needs it any more. */
  readonly reason: string;
  /** Only tell what would go. @default false */
  readonly dryRun?: boolean | undefined;
}

/** What was or would be laid to rest. */
export interface Dismissed {
  /** Jobs that are at rest by this, or would be. */
  readonly jobs: readonly Job[];
  /** Jobs that were dismissed before, with who did, when and why: that stays as it is. */
  readonly already: readonly Job[];
  /** Dead letters that went. */
  readonly letters: readonly LostFlag[];
}

/** One data egress, for programs and for the command line. */
export interface EgressClient {
  /** All rows, with what is wrong with those that cannot be used. */
  rows(): Promise<readonly ParsedRow[]>;
  /** Jobs, the newest first. @throws PipelineNotFoundError where neither a job nor a row is of it, InvalidInputError */
  list(input?: ListJobsInput): Promise<readonly Job[]>;
  /** @throws JobNotFoundError */
  show(jobId: string): Promise<JobReport>;
  /** What a flag would send. Sends nothing. */
  plan(input: PlanInput): Promise<Planned>;
  /** Has a job done again, as a job of its own. @throws JobNotFoundError, InvalidInputError */
  replay(input: ReplayInput): Promise<Replayed>;
  /** @param days Days that are looked back. @default 7 */
  status(days?: number): Promise<EgressStatus>;
  /** Sends dead letters back to the queue, each explained. */
  redrive(options?: RedriveOptions): Promise<Redriven<LostFlag>>;
  /**
   * Lays to rest what was given up and cannot, or need not, be mended: the reason is kept, the dead letters go. A redriven job
   * forgets it. @throws JobNotFoundError unless `settled` is asked for, NotGivenUpError, InvalidInputError
   */
  dismiss(input: DismissInput): Promise<Dismissed>;
}
