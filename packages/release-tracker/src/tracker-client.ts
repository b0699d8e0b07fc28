import type { Deployment, Pin, Rejection } from "./core/deployment";
import type { DeployResult, DeploymentPlan } from "./core/plan";
import type { TrackerProgress } from "./core/progress";
import type { Release, ReleaseChange, ReleaseDocument } from "./core/release";
import type { EnvironmentStatus } from "./core/status";

/** One image under a label. */
export interface LabelledImage {
  readonly service: string;
  readonly uri: string;
  /** Version of the SSM parameter. */
  readonly version: number;
  /** Who published it, where the parameter's description says so. */
  readonly publishedBy?: string | undefined;
  /** ISO 8601 with zone. */
  readonly publishedAt?: string | undefined;
}

/** Input of {@link ReleaseTrackerClient.publishImage}. */
export interface PublishImageInput {
  readonly service: string;
  /** Image URI: with a tag, a digest, or both. */
  readonly uri: string;
  /** @default "latest" */
  readonly label?: string | undefined;
  /** Who publishes: goes to the parameter's description. @default the caller's identity */
  readonly userId?: string | undefined;
  /** Write nothing. @default false */
  readonly dryRun?: boolean | undefined;
}

/** What {@link ReleaseTrackerClient.publishImage} did. */
export interface PublishedImage {
  /** Name of the SSM parameter. */
  readonly parameter: string;
  readonly uri: string;
  /** Image that was there before. */
  readonly previous?: string | undefined;
  /** False for a dry run and when the parameter had this value already. */
  readonly written: boolean;
}

/** What is known of where an image comes from. */
export interface ImageOrigin {
  readonly uri: string;
  /** Absent when the image is not there, or not in a registry that can be asked. */
  readonly digest?: string | undefined;
  /** Git commit that its annotations name, or else its tag; may be shortened. */
  readonly commit?: string | undefined;
  /** First line of the commit message, where its annotations carry it. */
  readonly message?: string | undefined;
  /** ISO 8601 with zone. */
  readonly pushedAt?: string | undefined;
}

/** Input of {@link ReleaseTrackerClient.prepareRelease}. */
export interface PrepareReleaseInput {
  readonly description: string;
  /** Label to read images from. @default "latest" */
  readonly fromLabel?: string | undefined;
  /** Services taken from elsewhere: service id to another label or an image URI. */
  readonly overrides?: Readonly<Record<string, string>> | undefined;
  /** The same token makes the same release, however often it is sent. */
  readonly requestToken?: string | undefined;
  /** Write nothing. @default false */
  readonly dryRun?: boolean | undefined;
}

/** Input of {@link ReleaseTrackerClient.updateRelease}. */
export interface UpdateReleaseInput {
  /** Release to start from: an id, or `latest`. */
  readonly releaseId: string;
  readonly description: string;
  /** Services to take from `fromLabel` instead. */
  readonly services: readonly string[];
  /** @default "latest" */
  readonly fromLabel?: string | undefined;
  readonly requestToken?: string | undefined;
  /** Write nothing. @default false */
  readonly dryRun?: boolean | undefined;
}

/** What prepare and update made. */
export interface PreparedRelease {
  readonly release: Release;
  /** The same as `show` prints. */
  readonly document: ReleaseDocument;
  /** Compared with the project's release before it. */
  readonly changes: readonly ReleaseChange[];
  /** Things worth knowing, e.g. images that could not be pinned by digest. */
  readonly warnings: readonly string[];
  /** False for a dry run and when the request token had made it before. */
  readonly written: boolean;
}

/** What a deployment takes beside its release and environment. */
export interface DeployOptions {
  /** @default "" */
  readonly description?: string | undefined;
  /** Plan and write nothing. @default false */
  readonly dryRun?: boolean | undefined;
  /** Do nothing when the environment has these images already. Does not look for drift. @default false */
  readonly skipUnchanged?: boolean | undefined;
  /** Also preview the stack with the new images before anything is written. @default false */
  readonly previewStack?: boolean | undefined;
  /** Deploy the last good release when this one fails. @default the manifest's `auto_rollback` */
  readonly autoRollback?: boolean | undefined;
  /** Shown the plan; `false` stops before anything is written. @default goes ahead */
  readonly confirm?: ((plan: DeploymentPlan) => Promise<boolean>) | undefined;
  readonly onProgress?: ((progress: TrackerProgress) => void) | undefined;
  /** Abort to stop gracefully: the environment is restored and the deployment recorded as failed. */
  readonly signal?: AbortSignal | undefined;
}

/** Input of {@link ReleaseTrackerClient.deployRelease}. */
export interface DeployReleaseInput extends DeployOptions {
  /** An id, or `latest`. */
  readonly releaseId: string;
  readonly environmentId: string;
}

/** Input of {@link ReleaseTrackerClient.rollbackRelease}. */
export interface RollbackReleaseInput extends DeployOptions {
  readonly environmentId: string;
  /** Release to go back to. @default the one that was last good before the present one */
  readonly releaseId?: string | undefined;
  /** Why: goes to the record and to the pin. */
  readonly reason: string;
  /** Hold the environment there until it is unpinned. @default true */
  readonly pin?: boolean | undefined;
}

/** What `confirm` found. */
export interface Confirmation {
  /** True when every service of the release runs the released digest. */
  readonly confirmed: boolean;
  readonly deployment: Deployment;
  readonly status: EnvironmentStatus;
}

/** What `recover` found and did about a deployment whose process died. */
export interface RecoveryReport {
  readonly environmentId: string;
  /** What was found, one fact a line. */
  readonly findings: readonly string[];
  /** The deployment after it was settled; absent when none was open. */
  readonly settled?: Deployment | undefined;
  /** False for a dry run and when there was nothing to do. */
  readonly written: boolean;
}

/** What a person changes about an environment or a release. */
export interface ReasonInput {
  readonly reason: string;
  /** Write nothing. @default false */
  readonly dryRun?: boolean | undefined;
}

/** The release tracker of one project: every operation as a library call. Nothing here prints. */
export interface ReleaseTrackerClient {
  /** Puts an image URI under a label, with who did it. */
  publishImage(input: PublishImageInput): Promise<PublishedImage>;
  /** All images under a label, sorted by service. Empty when there is none. */
  listImages(input?: { readonly label?: string | undefined }): Promise<readonly LabelledImage[]>;
  /** Asks the registry where images come from, in the order given. */
  describeImages(input: { readonly uris: readonly string[] }): Promise<readonly ImageOrigin[]>;
  /** Makes a release of the images under a label: one consistent snapshot, pinned by digest. */
  prepareRelease(input: PrepareReleaseInput): Promise<PreparedRelease>;
  /** Makes a release from an earlier one with some services changed. */
  updateRelease(input: UpdateReleaseInput): Promise<PreparedRelease>;
  /** Deploys a release to an environment and proves that it runs there. */
  deployRelease(input: DeployReleaseInput): Promise<DeployResult>;
  /** Deploys an earlier good release and pins the environment to it. */
  rollbackRelease(input: RollbackReleaseInput): Promise<DeployResult>;
  /** Asks the running services whether they run the environment's released digests. */
  confirmDeployment(input: { readonly environmentId: string }): Promise<Confirmation>;
  /** A release in the form in which releases have always been printed. `releaseId` may be `latest`. */
  showRelease(input: { readonly releaseId: string }): Promise<ReleaseDocument>;
  /** Latest releases first. One request for each 1 MB. @default limit 20 */
  listReleases(input?: { readonly limit?: number | undefined }): Promise<readonly Release[]>;
  /** How `to` differs from `from`, service by service. */
  diffReleases(input: { readonly from: string; readonly to: string }): Promise<readonly ReleaseChange[]>;
  /** Marks a release as bad: deploy refuses it from now on. */
  rejectRelease(input: { readonly releaseId: string } & ReasonInput): Promise<Rejection>;
  /** Holds an environment at what it runs: deploy refuses it until it is unpinned. */
  pinEnvironment(input: { readonly environmentId: string } & ReasonInput): Promise<Pin>;
  /** Lets an environment go; the pin that was there, if any. */
  unpinEnvironment(input: {
    readonly environmentId: string;
    readonly dryRun?: boolean | undefined;
  }): Promise<Pin | undefined>;
  /** Deployments of an environment, latest first. @default limit 20 */
  deploymentHistory(input: {
    readonly environmentId: string;
    readonly limit?: number | undefined;
  }): Promise<readonly Deployment[]>;
  /** Every environment: what was released, what the labels say, what runs, and where they differ. */
  statusMatrix(input?: { readonly environmentId?: string | undefined }): Promise<readonly EnvironmentStatus[]>;
  /** Settles a deployment whose process died. Deploy does so by itself; this is for people who want to see it. */
  recoverDeployment(input: {
    readonly environmentId: string;
    readonly dryRun?: boolean | undefined;
    /** Forget creations that Pulumi cannot prove. Only for someone who has looked. @default false */
    readonly clearPendingCreates?: boolean | undefined;
    readonly onProgress?: ((progress: TrackerProgress) => void) | undefined;
    readonly signal?: AbortSignal | undefined;
  }): Promise<RecoveryReport>;
}
