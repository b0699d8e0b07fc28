import type { EventPublisher as Publisher } from "@slipway/core";
import type { Provider } from "@slipway/code-push/webhooks";
import type { DeployInput, DeployLocation, EventType, ExecutorWork, SiteMessage } from "../contract";
import type { Build, BuildRecord, Declaration, OutboxEvent, Pipeline } from "./pipeline";

export type { DeadLetter, DeadLetters } from "@slipway/core";

/** What is written with a row, or not at all. */
export interface Alongside {
  /** The event of a move. */
  readonly event?: OutboxEvent | undefined;
  readonly builds?: readonly BuildRecord[] | undefined;
}

/** Pipelines' rows. Each write is one conditional write on the status and version that the row was read with. */
export interface PipelineStore {
  get(siteId: string): Promise<Pipeline | undefined>;
  /** What a program declares of a site; nothing where none does. */
  declaration(siteId: string): Promise<Declaration | undefined>;
  create(row: Pipeline, alongside: Alongside): Promise<"written" | "exists">;
  /**
   * Replaces `before` by `after`, whose version is one more; a status may only move as the table of moves has it.
   *
   * @returns `conflict` when the row is no longer as it was read.
   * @throws IllegalMoveError when the table has no such move.
   */
  write(before: Pipeline, after: Pipeline, alongside: Alongside): Promise<"written" | "conflict">;
  /** Removes the row and what belongs to it, with the event of the last move. */
  remove(before: Pipeline, event: OutboxEvent): Promise<"written" | "conflict">;
  /** All of them, page by page; may be behind by a moment. */
  list(): AsyncIterable<readonly Pipeline[]>;
  /** Those whose source is this repository; may be behind by a moment. */
  bySource(sourceKey: string): Promise<readonly Pipeline[]>;
  build(siteId: string, number: number): Promise<BuildRecord | undefined>;
  /** The newest first. */
  builds(siteId: string, limit: number): Promise<readonly BuildRecord[]>;
  /** Events that were written before this time and not yet settled. */
  unsent(before: string, limit: number): Promise<readonly OutboxEvent[]>;
  /** The event was published. */
  settle(event: OutboxEvent): Promise<void>;
}

/** An app of a Git host, installed there by somebody. */
export interface Installation {
  readonly provider: "github" | "bitbucket";
  /** GitHub's installation id, or Bitbucket's client key. */
  readonly id: string;
  /** Account or user that it is installed on. */
  readonly account: string;
  /** `host/owner/repo` in lower case, where the installation names them. */
  readonly repositories: readonly string[];
  readonly updated_at: string;
}

/** Installations of apps. */
export interface InstallationStore {
  installation(provider: Installation["provider"], id: string): Promise<Installation | undefined>;
  installations(provider: Installation["provider"]): Promise<readonly Installation[]>;
  saveInstallation(installation: Installation): Promise<void>;
  removeInstallation(provider: Installation["provider"], id: string): Promise<void>;
}

/** Why a message could not be done. */
export interface MessageFailure {
  readonly message_id: string;
  readonly queue: string;
  /** Of a SlipwayError, else `unexpected`. */
  readonly code: string;
  readonly reason: string;
  /** Receives so far. */
  readonly attempts: number;
  /** ISO 8601. */
  readonly failed_at: string;
}

/** Failures of messages, the last one of each. */
export interface FailureStore {
  keepFailure(failure: MessageFailure): Promise<void>;
  failure(messageId: string): Promise<MessageFailure | undefined>;
  /** Removes those from before this time. Returns how many. @param limit At most so many. */
  forgetFailures(before: string, limit: number): Promise<number>;
}

/** A queue of one kind of messages. */
export interface SiteQueue<Message> {
  /** Resolves when all of them are stored. @param delaySeconds Nobody sees them for so long, 900 at most. */
  send(messages: readonly Message[], delaySeconds?: number): Promise<void>;
}

/** The queues between the functions. */
export interface SiteQueues {
  readonly executor: SiteQueue<ExecutorWork>;
  readonly deploy: SiteQueue<SiteMessage>;
  readonly provision: SiteQueue<SiteMessage>;
  readonly startTeardown: SiteQueue<SiteMessage>;
  readonly teardown: SiteQueue<SiteMessage>;
}

/** One line of a build's log. */
export interface LogLine {
  readonly at: string;
  readonly text: string;
}

/** CodeBuild. */
export interface Builder {
  /** Starts a build; a second call for the same number is answered with the same build. */
  start(row: Pipeline, build: Build): Promise<{ readonly build_id: string; readonly log?: string | undefined }>;
  /** Stops a build, if it still runs. */
  stop(buildId: string): Promise<void>;
  /** Lines of the log from a cursor on. */
  logs(
    buildId: string,
    cursor?: string,
  ): Promise<{ readonly lines: readonly LogLine[]; readonly cursor: string | undefined; readonly ended: boolean }>;
}

/** Where builds archive to. */
export interface BuildOutputs {
  /** What a build archived; nothing when nothing is there. */
  find(siteId: string, number: number): Promise<DeployLocation | undefined>;
}

/** A commit that a code push archived. */
export interface ArchivedCommit {
  readonly commit: string;
  readonly archive: DeployLocation;
}

/** What code pushes archived. */
export interface SourceArchives {
  /**
   * The archive of a commit on a branch; nothing where there is none, or none that may be read.
   *
   * @param commit Its whole id. Nothing: what the branch was at when it was archived last.
   * @param known One of the branch's archives, where one is known: the others are beside it.
   */
  find(
    branch: { readonly repository: string; readonly branch: string },
    commit?: string,
    known?: ArchivedCommit,
  ): Promise<ArchivedCommit | undefined>;
}

/** How a deployment ended. */
export type DeployOutcome =
  | { readonly kind: "live"; readonly release_id: string; readonly url?: string | undefined }
  /** A higher build number is live, or on its way. */
  | { readonly kind: "superseded" };

/** Where zips to release are put. */
export interface ReleaseUploads {
  /**
   * Checks a zip as a whole, and whether a site can be made of it.
   *
   * @param errorPage Page for what is not there, which it must have.
   * @throws UnsafeZipError, UnfitBuildError, InvalidInputError when there is no such file
   */
  check(file: string, errorPage?: string): Promise<void>;
  /** Stores a checked zip under a key that its content makes. */
  upload(siteId: string, file: string): Promise<DeployLocation & { readonly sha256: string }>;
}

/** A release that one can go back to. */
export interface KeptRelease {
  readonly release_id: string;
  /** Number of the build or release that it was first made by. */
  readonly build_number: number;
  /** ISO 8601: when it last went live. */
  readonly published_at: string;
  readonly commit?: string | undefined;
  readonly message?: string | undefined;
  readonly requested_by: string;
}

/** A preview that is there. */
export interface SitePreview {
  readonly branch: string;
  /** Absent where previews have no distribution. */
  readonly url?: string | undefined;
  /** ISO 8601. */
  readonly published_at?: string | undefined;
}

/** What is published of a site. */
export interface SiteContents {
  /** Kept releases, the live one first. */
  readonly releases: readonly KeptRelease[];
  readonly previews: readonly SitePreview[];
}

/** A site as the deploy engine needs to know it. */
export type DeployedSite = Pick<DeployInput, "site_id" | "settings" | "resources">;

/** The deploy engine. Every call may be repeated. */
export interface SiteDeployer {
  /** Brings a location live, or a preview. @throws SlipwayError; the site is as it was before. */
  deploy(input: DeployInput): Promise<DeployOutcome>;
  /** Brings an earlier release live without building it. */
  rollback(input: Omit<DeployInput, "location"> & { readonly release_id: string }): Promise<DeployOutcome>;
  /** Removes what is kept no more: old releases' files, and previews that nobody publishes. */
  tidy(input: DeployedSite): Promise<void>;
  /** Removes the preview of a branch with every version of it. */
  removePreview(input: DeployedSite, branch: string): Promise<void>;
  /** What is there; nothing where no bucket is. */
  contents(input: DeployedSite): Promise<SiteContents>;
}

/** How a step ended: done with what it made, or to be looked at again. */
export type StepResult<T = object> =
  | {
      readonly kind: "done";
      readonly made: T;
    } /** `made` is written down at once, so that a run after this one knows it. */
  | { readonly kind: "pending"; readonly waitingFor: string; readonly made?: T };

/** What a site is made of, step by step. Every call may be repeated, and gives what is there already. */
export interface SiteInfrastructure {
  readonly provision: Readonly<Record<ProvisionStep, (row: Pipeline) => Promise<StepResult<Pipeline["resources"]>>>>;
  readonly remove: Readonly<Record<TeardownStep, (row: Pipeline) => Promise<StepResult>>>;
  /** Disables the distribution, and says whether it is disabled everywhere. */
  disable(row: Pipeline): Promise<StepResult>;
}

/** Steps of provisioning, in their order: a record is made last, when what it points at is there. */
export const PROVISION_STEPS = ["bucket", "certificate", "distribution", "project", "record"] as const;
/** One of {@link PROVISION_STEPS}. */
export type ProvisionStep = (typeof PROVISION_STEPS)[number];

/** Steps of a teardown, in their order: the record goes first, so that it never points at nothing. */
export const TEARDOWN_STEPS = ["record", "distribution", "project", "bucket", "certificate"] as const;
/** One of {@link TEARDOWN_STEPS}. */
export type TeardownStep = (typeof TEARDOWN_STEPS)[number];

/** How a commit fares. */
export interface CommitState {
  readonly state: "pending" | "success" | "failure";
  readonly description: string;
}

/** Where a Git host is told how a commit fares. */
export interface CommitStatuses {
  /** Never throws. Returns why it could not be told. */
  tell(row: Pipeline, commit: string, state: CommitState): Promise<string | undefined>;
}

/** Secrets of installations, by name. */
export interface InstallationSecrets {
  read(clientKey: string): Promise<string | undefined>;
  write(clientKey: string, sharedSecret: string): Promise<void>;
  remove(clientKey: string): Promise<void>;
}

/** Where events go. */
export type EventPublisher = Publisher<EventType>;

export type { Provider };
