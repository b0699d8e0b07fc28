/**
 * Names that the infrastructure (component, policies) and the runtime (library, handlers) must agree on.
 * Imports nothing, so that either side can load it alone.
 */

/** Keys and indexes of the table that holds one item per release. */
export const RELEASES_TABLE = {
  partitionKey: "release_id",
  indexes: {
    /** Releases of a project by creation time. */
    project: { name: "project_gsi", partitionKey: "project_id", sortKey: "date_created" },
    /** Releases of a project by the time they were last deployed. */
    deployment: { name: "deployment_gsi", partitionKey: "project_id", sortKey: "last_date_deployed" },
  },
} as const;

/** Keys and indexes of the table that holds leases, deployments, pins, rejections and request tokens. */
export const DEPLOYMENTS_TABLE = {
  partitionKey: "environment_key",
  sortKey: "entry",
  indexes: {
    /** Deployments of a release by creation time. */
    release: { name: "release_gsi", partitionKey: "release_id", sortKey: "date_created" },
  },
} as const;

/** Sort keys of the deployments table. */
export const DEPLOYMENT_ENTRIES = {
  deploymentPrefix: "deployment#",
  lease: "lease",
  pin: "pin",
  rejection: "rejection",
  request: "request",
} as const;

/** Partition of one environment of one project in the deployments table. */
export const environmentKey = (projectId: string, environmentId: string): string => `${projectId}#${environmentId}`;

/** Partition of what is said about one release (its rejection) in the deployments table. */
export const releaseKey = (projectId: string, releaseId: string): string => `${projectId}#release#${releaseId}`;

/** Partition of one request token in the deployments table; the item names the release it made. */
export const requestKey = (projectId: string, requestToken: string): string => `${projectId}#request#${requestToken}`;

/** Sort key of one deployment: sorts by creation time. */
export const deploymentEntry = (dateCreated: string, deploymentId: string): string =>
  `${DEPLOYMENT_ENTRIES.deploymentPrefix}${dateCreated}#${deploymentId}`;

/** SSM path that holds the images of a project under a label, without a trailing slash. */
export const imagesPath = (projectId: string, label: string): string => `/${projectId}/images/${label}`;

/** Name of the SSM parameter whose value is the image URI of a service under a label. */
export const imageParameterName = (projectId: string, label: string, serviceId: string): string =>
  `${imagesPath(projectId, label)}/${serviceId}`;

/** Label that `prepare` reads unless told otherwise. */
export const DEFAULT_LABEL = "latest";

/**
 * Name of the stack output that says where each service of a release runs.
 * Its value is a `Record<serviceId, ReleaseServiceOutput>`.
 */
export const RELEASE_SERVICES_OUTPUT = "releaseServices";

/** Where one service of a release runs, as the environment's stack exports it. */
export interface ReleaseServiceOutput {
  /** ARN or name of the ECS cluster. */
  readonly cluster: string;
  /** ARN or name of the ECS service. */
  readonly service: string;
  /** Name of the container, in the service's task definition, that runs the image. */
  readonly container: string;
  /** Image URI that the stack gave to that container. */
  readonly image: string;
}

/** Annotations of an image's OCI manifest that say what it was built from. */
export const IMAGE_ANNOTATIONS = {
  /** Git commit; source: https://github.com/opencontainers/image-spec/blob/main/annotations.md */
  commit: "org.opencontainers.image.revision",
  /** First line of the commit message. */
  message: "dev.slipway.commit-message",
} as const;

/**
 * Environment variable with which `deploy` previews a stack before any label is written: JSON `{ serviceId: imageUri }`.
 * The component must honour it only while `pulumi.runtime.isDryRun()`, so that an `up` always follows the labels.
 */
export const PREVIEW_IMAGES_VARIABLE = "SLIPWAY_PREVIEW_IMAGES";

/** EventBridge `source` of every event below. */
export const EVENT_SOURCE = "slipway.release-tracker";

/** EventBridge `detail-type`s. Every detail carries `project_id` and `correlation_id`. */
export const EVENT_TYPES = {
  imagePublished: "Image Published",
  releasePrepared: "Release Prepared",
  releaseRejected: "Release Rejected",
  deploymentStarted: "Deployment Started",
  deploymentSucceeded: "Deployment Succeeded",
  deploymentFailed: "Deployment Failed",
  deploymentNeedsAttention: "Deployment Needs Attention",
  environmentPinned: "Environment Pinned",
  environmentUnpinned: "Environment Unpinned",
  driftDetected: "Drift Detected",
} as const;

/** One of {@link EVENT_TYPES}. */
export type EventType = (typeof EVENT_TYPES)[keyof typeof EVENT_TYPES];

/** CloudWatch namespace and metric names; the dimensions are `project` and `environment`. */
export const METRICS = {
  namespace: "Slipway/ReleaseTracker",
  projectDimension: "project",
  environmentDimension: "environment",
  /** Services of an environment whose label, record and running digest are not all the same. Unit: count. */
  driftedServices: "DriftedServices",
} as const;

/** Environment variables of the drift reconciler. */
export const DRIFT_ENVIRONMENT = {
  projectId: "SLIPWAY_PROJECT_ID",
  releasesTable: "SLIPWAY_RELEASES_TABLE",
  deploymentsTable: "SLIPWAY_DEPLOYMENTS_TABLE",
  eventBus: "SLIPWAY_EVENT_BUS",
  /** JSON array of the environments to compare. */
  environments: "SLIPWAY_DRIFT_ENVIRONMENTS",
} as const;
