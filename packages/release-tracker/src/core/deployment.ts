import type { Requester } from "@slipway/core";
import type { DeploymentStatus } from "./deployment-status";
import type { DeploymentDocument, EnvironmentRef, Images } from "./release";

/** Why a deployment was made. */
export const DEPLOYMENT_KINDS = ["deploy", "rollback", "automatic-rollback"] as const;

/** One of {@link DEPLOYMENT_KINDS}. */
export type DeploymentKind = (typeof DEPLOYMENT_KINDS)[number];

/** Proof that one service runs what was released. */
export interface VerifiedService {
  /** `sha256:...` of the image that its tasks run. Absent when no task is wanted (desired count 0). */
  readonly digest?: string | undefined;
  readonly cluster: string;
  readonly service: string;
  /** Name of the container that runs the image; later looks at the service need it. */
  readonly container: string;
}

/** A deployment: the intent to have a release in an environment, and what became of it. */
export interface Deployment extends DeploymentDocument {
  /** UUID v4. */
  readonly deployment_id: string;
  readonly project_id: string;
  readonly release_id: string;
  readonly status: DeploymentStatus;
  readonly kind: DeploymentKind;
  /** Fencing number of the lease under which it was made. */
  readonly fencing: number;
  /** Images of the release. */
  readonly images: Images;
  /** The environment's labels just before; services without a label are absent. */
  readonly previous_labels: Images;
  /** Why it did not succeed. */
  readonly reason?: string | undefined;
  /** Service id to proof, once verified. */
  readonly verified?: Readonly<Record<string, VerifiedService>> | undefined;
  /** Services of the release that the stack does not report, so that nothing could be verified. */
  readonly unverified?: readonly string[] | undefined;
  /** Same form as `date_created`; set when it has ended. */
  readonly date_finished?: string | undefined;
  /** Appears in every event and log line of this deployment. */
  readonly correlation_id: string;
}

/** An environment held at what it runs. */
export interface Pin {
  readonly reason: string;
  readonly date_created: string;
  readonly pinned_by: Requester;
  /** Release that the environment is held at. */
  readonly release_id?: string | undefined;
}

/** A release that must not be deployed any more. */
export interface Rejection {
  readonly release_id: string;
  readonly reason: string;
  readonly date_created: string;
  readonly rejected_by: Requester;
}

/** An environment with its latest deployments as the gates need them. */
export interface EnvironmentHistory {
  readonly environment: EnvironmentRef;
  readonly deployments: readonly Deployment[];
}
