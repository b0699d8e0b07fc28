import type { Requester } from "@slipway/core";
import type { EnvironmentRef, Images, Release } from "./release";
import type { DeploymentKind, Deployment } from "./deployment";

/** What a deployment would do to one service. */
export interface ImageChange {
  readonly service: string;
  /** Image that the environment's label names now; absent when the service is new there. */
  readonly from?: string | undefined;
  /** Image after the deployment; absent when the release has no such service (its label stays). */
  readonly to?: string | undefined;
  readonly change: "added" | "changed" | "unchanged" | "not-in-release";
  /** Tag of the new image, for people. */
  readonly tag?: string | undefined;
  /** Git commit of the new image, where its labels name one. */
  readonly commit?: string | undefined;
  /** First line of the commit message, where the image's labels carry it. */
  readonly message?: string | undefined;
  /** When the new image was pushed; ISO 8601 with zone. */
  readonly pushedAt?: string | undefined;
}

/** Why a deployment is not allowed now. Expected outcomes, hence values. */
export type Refusal =
  | { readonly kind: "rejected"; readonly releaseId: string; readonly reason: string; readonly by: Requester }
  | { readonly kind: "pinned"; readonly environmentId: string; readonly reason: string; readonly by: Requester }
  | { readonly kind: "frozen"; readonly environmentId: string; readonly reason: string; readonly until: string }
  | { readonly kind: "outside-window"; readonly environmentId: string; readonly windows: readonly string[] }
  | { readonly kind: "order"; readonly environmentId: string; readonly requires: string; readonly releaseId: string }
  | { readonly kind: "soak"; readonly environmentId: string; readonly requires: string; readonly until: string };

/** Everything that is known before a deployment changes anything. */
export interface DeploymentPlan {
  readonly release: Release;
  readonly environment: EnvironmentRef;
  readonly kind: DeploymentKind;
  readonly images: readonly ImageChange[];
  /** Labels of the environment now. */
  readonly currentLabels: Images;
  /** Empty when the deployment is allowed. */
  readonly refusals: readonly Refusal[];
  /** What the stack would do with the new images, when a stack preview was asked for. */
  readonly stack?: StackPreview | undefined;
}

/** Number of resources per operation, e.g. `{ update: 3, same: 20 }`. */
export type StackChanges = Readonly<Record<string, number>>;

/** What an update of the environment's stack would do. */
export interface StackPreview {
  readonly changes: StackChanges;
}

/** How `deploy` ended. */
export type DeployResult =
  /** Dry run: nothing was written. */
  | { readonly outcome: "planned"; readonly plan: DeploymentPlan }
  /** A gate said no; nothing was written. */
  | { readonly outcome: "refused"; readonly plan: DeploymentPlan; readonly refusals: readonly Refusal[] }
  /** The person asked to confirm said no; nothing was written. */
  | { readonly outcome: "declined"; readonly plan: DeploymentPlan }
  /** The environment has these images already and the short cut was asked for; nothing was written. */
  | { readonly outcome: "unchanged"; readonly plan: DeploymentPlan; readonly deployment: Deployment }
  /** What runs is the release. */
  | {
      readonly outcome: "succeeded";
      readonly plan: DeploymentPlan;
      readonly deployment: Deployment;
      readonly notices: readonly string[];
    }
  /** The environment is as it was; `rollback` tells how the automatic rollback went, if there was one. */
  | {
      readonly outcome: "failed";
      readonly plan: DeploymentPlan;
      readonly deployment: Deployment;
      readonly reason: string;
      readonly rollback?: DeployResult | undefined;
      readonly notices: readonly string[];
    }
  /** Neither the release nor the earlier state could be proven; a person has to look. */
  | {
      readonly outcome: "needs-attention";
      readonly plan: DeploymentPlan;
      readonly deployment: Deployment;
      readonly reason: string;
      readonly notices: readonly string[];
    };
