import type { EventPublisher as Publisher, SlipwayEvent } from "@slipway/core";
import type { EventType, ReleaseServiceOutput } from "../contract";
import type { Deployment, Pin, Rejection } from "./deployment";
import type { DeploymentStatus } from "./deployment-status";
import type { Lease, LeaseRecord } from "./lease";
import type { StackPreview } from "./plan";
import type { Images, Release } from "./release";
import type { ServiceObservation } from "./verification";

/** What a request token stands for: the same token with another fingerprint is a mistake. */
export interface ReleaseRequest {
  readonly token: string;
  readonly fingerprint: string;
}

/** What {@link ReleaseStore.create} found. */
export type CreateOutcome =
  { readonly created: true } | { readonly created: false; readonly releaseId: string; readonly fingerprint: string };

/** Releases: written once, never changed but for `last_date_deployed`. */
export interface ReleaseStore {
  /**
   * Writes a release, or tells which one the request token made before. One atomic write.
   *
   * A release id that is there already is this very release, written by a first try: it stays as it is.
   */
  create(release: Release, request?: ReleaseRequest): Promise<CreateOutcome>;
  /** The release that a request token made, if it made one. */
  findRequest(projectId: string, token: string): Promise<{ releaseId: string; fingerprint: string } | undefined>;
  get(releaseId: string): Promise<Release | undefined>;
  /** Latest first, at most `limit`. */
  latest(projectId: string, limit: number): Promise<readonly Release[]>;
}

/** One environment of one project, as stores address it. */
export interface EnvironmentAddress {
  readonly projectId: string;
  readonly environmentId: string;
}

/** What changes on a deployment besides its status. */
export type DeploymentChanges = Pick<Partial<Deployment>, "reason" | "verified" | "unverified" | "date_finished">;

/** Deployments, one item each. Every write carries the lease's fencing number and fails with `LeaseLostError`. */
export interface DeploymentStore {
  /** Writes a new deployment, its release's `last_date_deployed` and the lease's open deployment: all or nothing. */
  record(deployment: Deployment, lease: Lease): Promise<void>;
  /** Moves a deployment, if the table of transitions allows it from its stored status. */
  move(deployment: Deployment, to: DeploymentStatus, changes: DeploymentChanges, lease: Lease): Promise<Deployment>;
  get(address: EnvironmentAddress, dateCreated: string, deploymentId: string): Promise<Deployment | undefined>;
  /** Latest first, at most `limit`. */
  latest(address: EnvironmentAddress, limit: number): Promise<readonly Deployment[]>;
  /** Latest one with this status. */
  latestWith(address: EnvironmentAddress, status: DeploymentStatus): Promise<Deployment | undefined>;
  /** All deployments of a release, oldest first. */
  ofRelease(releaseId: string): Promise<readonly Deployment[]>;
}

/** Leases: at most one holder per environment. All three writes are conditional. */
export interface LeaseStore {
  read(address: EnvironmentAddress): Promise<LeaseRecord | undefined>;
  /** Takes the lease if it is still exactly `replacing` (or still absent); `undefined` when somebody was faster. */
  take(lease: Lease, replacing: LeaseRecord | undefined): Promise<LeaseRecord | undefined>;
  /** Counts one renewal; false when the lease belongs to somebody else by now. */
  renew(lease: Lease): Promise<boolean>;
  /** Gives the lease back; nothing happens when it belongs to somebody else by now. */
  release(lease: Lease): Promise<void>;
}

/** Pins of environments and rejections of releases. */
export interface HoldStore {
  pin(address: EnvironmentAddress): Promise<Pin | undefined>;
  putPin(address: EnvironmentAddress, pin: Pin): Promise<void>;
  /** The pin that was there. */
  removePin(address: EnvironmentAddress): Promise<Pin | undefined>;
  rejection(projectId: string, releaseId: string): Promise<Rejection | undefined>;
  putRejection(projectId: string, rejection: Rejection): Promise<void>;
}

/** What is known of an image without its value. */
export interface ImageVersion {
  readonly service: string;
  /** Grows by one with each write. */
  readonly version: number;
  /** Whether the value is encrypted, hence not an image. */
  readonly secure: boolean;
  readonly publishedBy?: string | undefined;
  readonly publishedAt?: Date | undefined;
}

/** An image and the version it was read at. */
export interface ImageValue {
  readonly service: string;
  readonly version: number;
  readonly uri: string;
}

/** Images of one project by label. */
export interface ImageLabels {
  /** Every service under the label, without values; all pages. */
  list(label: string): Promise<readonly ImageVersion[]>;
  /** These services under the label, without values; those that do not exist are left out. */
  describe(label: string, services: readonly string[]): Promise<readonly ImageVersion[]>;
  /** Values of these services; those that do not exist are left out. @throws SecureParameterError */
  read(label: string, services: readonly string[]): Promise<readonly ImageValue[]>;
  /** @throws ParameterHistoryFullError */
  put(label: string, service: string, uri: string, description: string): Promise<void>;
  /** Absent ones are no mistake. */
  remove(label: string, services: readonly string[]): Promise<void>;
}

/** What a registry knows about an image. */
export interface ImageDetails {
  readonly digest: string;
  readonly pushedAt?: Date | undefined;
  /** Git commit that its annotations name. */
  readonly commit?: string | undefined;
  /** Commit message that its annotations carry. */
  readonly message?: string | undefined;
}

/** A registry's answer: `unknown-registry` when it is not one that we can ask. */
export type ImageLookup =
  | { readonly kind: "found"; readonly digest: string }
  | { readonly kind: "missing"; readonly reason: string }
  | { readonly kind: "unknown-registry" };

/** Image registries. */
export interface ImageRegistry {
  /** Looks up the digest of an image by its tag. */
  look(uri: string): Promise<ImageLookup>;
  /** What is known about an image, for people; `undefined` when it is not there or not in a registry we can ask. */
  describe(uri: string): Promise<ImageDetails | undefined>;
}

/** How a stack's engine got on; never carries property values. */
export type StackProgress = (event: { readonly message: string; readonly urn?: string | undefined }) => void;

/** What an operation on a stack takes. */
export interface StackOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: StackProgress | undefined;
}

/** What an update of a stack left. */
export interface StackOutcome {
  /** Services that the stack runs, from its `releaseServices` output. */
  readonly services: Readonly<Record<string, ReleaseServiceOutput>>;
}

/** What was found and mended on a stack whose update died. */
export interface StackRecovery {
  /** `busy`: an update that nobody waits for is still running; ask again later. */
  readonly outcome: "recovered" | "needs-attention" | "busy";
  /** One plain sentence each. */
  readonly findings: readonly string[];
}

/** The stacks that consume the labels; one per environment. */
export interface StackRunner {
  /** What an update would do if the labels named these images. */
  preview(stack: string, images: Images, options: StackOptions): Promise<StackPreview>;
  up(stack: string, message: string, options: StackOptions): Promise<StackOutcome>;
  /** Throws what would stop an update before it begins: no such stack, a lock, no backend. Changes nothing. */
  requireReady(stack: string, options: StackOptions): Promise<void>;
  /** What the last update left, without running one. */
  current(stack: string, options: StackOptions): Promise<StackOutcome>;
  recover(
    stack: string,
    options: StackOptions & { readonly dryRun: boolean; readonly clearPendingCreates: boolean },
  ): Promise<StackRecovery>;
}

/** The running services of the environments. */
export interface RunningServices {
  observe(stack: string, target: ReleaseServiceOutput): Promise<ServiceObservation>;
}

/** Something that happened; its detail carries `project_id` and `correlation_id`. */
export type TrackerEvent = SlipwayEvent<EventType>;

/** Where events go. */
export type EventPublisher = Publisher<EventType>;
