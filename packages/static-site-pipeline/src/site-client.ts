import type { Redriven } from "@slipway/aws-runtime";
import type { SiteSettings, Status } from "./contract";
import type { BuildRecord, LiveRelease, Pipeline, PublishLock } from "./core/pipeline";
import type { KeptRelease, LogLine, MessageFailure, SitePreview } from "./core/ports";

export type { BuildRecord, BuildState, LiveRelease, Pipeline, PublishLock } from "./core/pipeline";
export type { KeptRelease, LogLine, MessageFailure, SitePreview } from "./core/ports";

/** One line of the list of sites. */
export interface SiteSummary {
  readonly site_id: string;
  readonly name: string;
  readonly status: Status;
  /** Where it is: its domain, or its distribution's own name. */
  readonly address: string | undefined;
  readonly live: LiveRelease | undefined;
  readonly lock: PublishLock | undefined;
  /** Why it failed, if it has. */
  readonly reason: string | undefined;
  readonly updated_at: string;
}

/** All about one site. */
export interface SiteDetails {
  readonly site: Pipeline;
  /** Kept releases, the live one first: what one can go back to. */
  readonly releases: readonly KeptRelease[];
  readonly previews: readonly SitePreview[];
  /** The newest first. */
  readonly builds: readonly BuildRecord[];
}

/** What became of a commit in one site. */
export interface SiteCommit {
  readonly site: SiteSummary;
  /** Builds of the commit, the newest first. */
  readonly builds: readonly BuildRecord[];
}

/** What a command that changes something was told, besides its own input. */
export interface ChangeOptions {
  /** Only tell what would be done. @default false */
  readonly dryRun?: boolean | undefined;
}

/** What was done, or would be. */
export interface SiteChange {
  readonly site_id: string;
  readonly done: boolean;
  /** Whether it is so already, so that nothing is to be done. @default false */
  readonly already?: boolean | undefined;
  /** Why it would not go live yet: somebody has locked the site. Of a dry run only. */
  readonly held?: string | undefined;
  /** What it is about, in words. */
  readonly what: string;
  /** Id of the deployment that was asked for; its number is known once the executor has taken it up. */
  readonly request_id?: string | undefined;
  /** ISO 8601: of two requests the newer one wins. */
  readonly requested_at?: string | undefined;
}

/** What is waited for. */
export type Awaited =
  /** A deployment, a release or a return, by what {@link SiteChange} told. */
  | { readonly kind: "deployment"; readonly request_id: string; readonly requested_at: string }
  | { readonly kind: "provisioning" | "removal" };

/** How far it is. */
export interface SiteProgress {
  readonly status: Status;
  /** The deployment that is waited for, once it was taken up. */
  readonly build: BuildRecord | undefined;
}

/** How it ended. */
export type SiteEnding =
  | { readonly kind: "done"; readonly build?: BuildRecord }
  | { readonly kind: "failed"; readonly reason: string; readonly build?: BuildRecord }
  /** A newer deployment takes its place. */
  | { readonly kind: "superseded"; readonly reason: string; readonly build?: BuildRecord }
  /** It goes on when somebody has unlocked or provisioned the site, or has mended the executor. */
  | {
      readonly kind: "held";
      readonly by: "lock" | "provisioning" | "executor";
      readonly reason: string;
      readonly build?: BuildRecord;
    }
  /** The signal was aborted; it goes on by itself. */
  | { readonly kind: "stopped" };

/** What waiting goes by. */
export interface WaitOptions {
  readonly onProgress?: ((progress: SiteProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A message that was given up. */
export interface LostMessage {
  readonly queue: string;
  readonly messageId: string;
  readonly body: string;
  /** ISO 8601. */
  readonly sentAt?: string | undefined;
  /** Why, where that was recorded. */
  readonly failure?: MessageFailure | undefined;
}

/** A client of one static site pipeline. Errors are SlipwayErrors. */
export interface SiteClient {
  list(): Promise<readonly SiteSummary[]>;
  /** @throws SiteNotFoundError */
  show(siteId: string, options?: { readonly builds?: number | undefined }): Promise<SiteDetails>;
  /**
   * Sites that built or released a commit.
   *
   * @param commit Its id, or the beginning of it, in lower case.
   * @param options.builds Newest builds of each site that are looked through. @default 50
   */
  trace(commit: string, options?: { readonly builds?: number | undefined }): Promise<readonly SiteCommit[]>;
  /** Makes a pre-provisioned pipeline. @throws InvalidInputError */
  create(siteId: string, settings: SiteSettings, options?: ChangeOptions): Promise<SiteChange>;
  /**
   * Puts settings in the place of a site's; the next build and deployment go by them.
   *
   * @throws InvalidInputError naming a field that is wrong, or that the site was provisioned by
   */
  update(siteId: string, settings: SiteSettings, options?: ChangeOptions): Promise<SiteChange>;
  /** Asks for a build of a commit, or of what the branch is at. @throws NoSourceError */
  deploy(siteId: string, options?: ChangeOptions & { readonly commit?: string | undefined }): Promise<SiteChange>;
  /** Releases a zip of a built site, without a build. @throws UnsafeZipError */
  release(siteId: string, options: ChangeOptions & { readonly zip: string }): Promise<SiteChange>;
  /**
   * Brings a kept release live again. @param options.release Its id. @default the one before
   *
   * @throws SiteReleaseNotFoundError, SiteLockedError
   */
  rollback(siteId: string, options?: ChangeOptions & { readonly release?: string | undefined }): Promise<SiteChange>;
  /** Has a site provisioned, again where that failed. @throws IllegalMoveError */
  provision(siteId: string, options?: ChangeOptions): Promise<SiteChange>;
  /** Has a site removed, again where that failed. @throws SiteLockedError */
  teardown(siteId: string, options?: ChangeOptions): Promise<SiteChange>;
  /** Waits for what was asked for. Never throws for how that ends. */
  wait(siteId: string, awaited: Awaited, options?: WaitOptions): Promise<SiteEnding>;
  /**
   * Lines of a build's log, of the newest one unless said otherwise; with `follow` until it has ended.
   *
   * @throws SiteNotFoundError, NoBuildLogError
   */
  logs(
    siteId: string,
    options?: {
      readonly build?: number | undefined;
      readonly follow?: boolean | undefined;
      readonly signal?: AbortSignal | undefined;
    },
  ): AsyncIterable<LogLine>;
  /**
   * Builds go on, nothing goes live, and the site is not removed until it is unlocked. Again, with another reason: changes that.
   *
   * @throws SiteLockedError when somebody else did it, IllegalMoveError for a site that is being removed
   */
  lock(siteId: string, options: ChangeOptions & { readonly reason: string }): Promise<SiteChange>;
  unlock(siteId: string, options?: ChangeOptions): Promise<SiteChange>;
  /** Sends dead letters back. @param options.queue Name of one queue. @default all */
  redrive(
    options?: ChangeOptions & {
      readonly queue?: string | undefined;
      readonly limit?: number | undefined;
      readonly signal?: AbortSignal | undefined;
    },
  ): Promise<Redriven<LostMessage>>;
}
