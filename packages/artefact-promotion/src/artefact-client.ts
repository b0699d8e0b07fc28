import type { DeadLetter } from "./core/ports";
import type { Difference, DifferenceCounts } from "./core/difference";
import type { BackfillCounts, BackfillJob, Hold, Promotion, PromotionFailure } from "./core/ledger";
import type { ListedObject, ObjectVersion } from "./core/objects";
import type { BackfillProgress } from "./core/progress";

/** Input of {@link ArtefactClient.listArtefacts}. */
export interface ListArtefactsInput {
  /** Which side. @default "target" */
  readonly side?: "source" | "target" | undefined;
  /** @default every key */
  readonly prefix?: string | undefined;
  /** @default 1000 */
  readonly limit?: number | undefined;
}

/** Input of {@link ArtefactClient.diffArtefacts}. */
export interface DiffArtefactsInput {
  readonly prefix?: string | undefined;
  /** Called for each difference as soon as it is found; nothing is collected. */
  readonly onDifference: (difference: Difference) => void;
  /** Called from time to time with the number of objects of the source that have been compared. */
  readonly onProgress?: ((scanned: number) => void) | undefined;
  /** Abort to stop early. */
  readonly signal?: AbortSignal | undefined;
}

/** What a comparison of the two buckets found. */
export interface DiffSummary {
  /** Objects of the source that were compared. */
  readonly scanned: number;
  readonly counts: DifferenceCounts;
  /** False when it was aborted. */
  readonly complete: boolean;
}

/** Input of {@link ArtefactClient.backfill}. */
export interface BackfillInput {
  readonly prefix?: string | undefined;
  /** Only tell what would be promoted, through `onDifference`. @default false */
  readonly dryRun?: boolean | undefined;
  /** Go on with this job, or with the `latest` that did not finish. @default a new job */
  readonly resume?: string | undefined;
  /** With more artefacts than this, from 0, the queue does the copying. @default 1000; for a job that goes on, as it began */
  readonly queueAbove?: number | undefined;
  /** After handing over to the queue, wait until it is empty. @default false */
  readonly waitForQueue?: boolean | undefined;
  /** Called for each artefact that is missing or different, while planning. */
  readonly onDifference?: ((difference: Difference) => void) | undefined;
  readonly onProgress?: ((progress: BackfillProgress) => void) | undefined;
  /** Called when it is known that there is something to do and nothing was written yet; throw to leave it at that. */
  readonly confirm?: ((plan: BackfillPlan) => Promise<void>) | undefined;
  /** Abort to stop cleanly: what is under way is finished, the job is kept and can be resumed. */
  readonly signal?: AbortSignal | undefined;
}

/** What a backfill has to do. */
export interface BackfillPlan {
  /** Artefacts that are missing or different. */
  readonly artefacts: number;
  readonly bytes: number;
  /** Whether they are copied here or by the queue. */
  readonly mode: BackfillJob["mode"];
}

/** What a backfill did. */
export interface BackfillResult {
  /** Absent for a dry run, and when it was stopped before it began to promote. */
  readonly job?: BackfillJob | undefined;
  readonly planned: BackfillPlan;
  /** What this run of the job did; the job itself counts all its runs. */
  readonly counts: BackfillCounts;
}

/** Input of {@link ArtefactClient.promoteArtefact}. */
export interface PromoteArtefactInput {
  readonly key: string;
  /** An earlier version of the source. @default the current one, which also ends a hold */
  readonly versionId?: string | undefined;
  /** Why: kept with the hold. @default "" */
  readonly reason?: string | undefined;
  /** Copy nothing. @default false */
  readonly dryRun?: boolean | undefined;
}

/** What {@link ArtefactClient.promoteArtefact} did. */
export interface PromoteArtefactResult {
  readonly key: string;
  /** `unchanged`: the target had these bytes already; `planned`: a dry run. */
  readonly outcome: "promoted" | "unchanged" | "planned";
  readonly promotions: readonly Promotion[];
  /** The hold that keeps the target at an earlier version; absent when the current one was promoted. */
  readonly hold?: Hold | undefined;
}

/** Input of {@link ArtefactClient.history}. */
export interface HistoryInput {
  /** One artefact. @default all of them, day by day */
  readonly key?: string | undefined;
  /** @default 20 */
  readonly limit?: number | undefined;
  /** How many days to look back when no key is given. @default 30 */
  readonly days?: number | undefined;
}

/** One dead letter and why it is one. */
export interface ExplainedLetter {
  readonly messageId: string;
  /** Keys that it is about; empty where it cannot be read. */
  readonly keys: readonly string[];
  /** Absent when the ledger has none. */
  readonly failure?: PromotionFailure | undefined;
  readonly sentAt?: DeadLetter["sentAt"];
}

/** Input of {@link ArtefactClient.redrive}. */
export interface RedriveInput {
  /** Only tell which letters there are. @default false */
  readonly dryRun?: boolean | undefined;
  /** At most this many. @default all */
  readonly limit?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What {@link ArtefactClient.redrive} did. */
export interface RedriveResult {
  readonly letters: readonly ExplainedLetter[];
  /** How many went back to the queue; 0 for a dry run. */
  readonly redriven: number;
}

/**
 * The artefacts of one hop: every operation as a library call. Nothing here prints. Input that cannot be used, e.g. a limit
 * below 1, rejects with an InvalidInputError that names the field, before anything is asked of AWS.
 */
export interface ArtefactClient {
  /** Artefacts of one side, in key order. */
  listArtefacts(input?: ListArtefactsInput): Promise<readonly ListedObject[]>;
  /** Versions of one artefact at the source, latest first. @default limit 20 @throws ArtefactNotFoundError */
  listVersions(input: { readonly key: string; readonly limit?: number | undefined }): Promise<readonly ObjectVersion[]>;
  /** Compares the two buckets. Changes nothing. */
  diffArtefacts(input: DiffArtefactsInput): Promise<DiffSummary>;
  /** Brings what is missing or different to the target, and nothing else. */
  backfill(input?: BackfillInput): Promise<BackfillResult>;
  /** Backfills, latest first. @default limit 20 */
  listBackfills(input?: { readonly limit?: number | undefined }): Promise<readonly BackfillJob[]>;
  /** Promotes one artefact now: its current version, or an earlier one, which the target is then held at. */
  promoteArtefact(input: PromoteArtefactInput): Promise<PromoteArtefactResult>;
  /** Promotions, latest first. */
  history(input?: HistoryInput): Promise<readonly Promotion[]>;
  /** Sends dead letters back to the queue, or tells what they are. */
  redrive(input?: RedriveInput): Promise<RedriveResult>;
}
