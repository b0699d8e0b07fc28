import { SlipwayError } from "@slipway/core";

export * from "./deployment-errors";

/** No project of this id in the manifest. */
export class ProjectNotFoundError extends SlipwayError {
  override readonly name = "ProjectNotFoundError";
  readonly code = "project-not-found";

  constructor(
    readonly projectId: string,
    readonly file: string,
    readonly known: readonly string[],
  ) {
    super(`project ${projectId} is not in ${file}`, { hint: `it holds: ${known.join(", ") || "no project"}` });
  }
}

/** No manifest file in the folder or above it. */
export class ManifestNotFoundError extends SlipwayError {
  override readonly name = "ManifestNotFoundError";
  readonly code = "manifest-not-found";

  constructor(
    readonly directory: string,
    readonly names: readonly string[],
  ) {
    super(`no project manifest in ${directory} or above it`, {
      hint: `create ${names.join(" or ")} at the project's root`,
    });
  }
}

/** The project has no environment of this id. */
export class EnvironmentNotFoundError extends SlipwayError {
  override readonly name = "EnvironmentNotFoundError";
  readonly code = "environment-not-found";

  constructor(
    readonly environmentId: string,
    readonly known: readonly string[],
  ) {
    super(`environment ${environmentId} is not in the project manifest`, { hint: `use one of: ${known.join(", ")}` });
  }
}

/** The project has no release of this id, or none at all. */
export class ReleaseNotFoundError extends SlipwayError {
  override readonly name = "ReleaseNotFoundError";
  readonly code = "release-not-found";

  constructor(
    readonly projectId: string,
    readonly releaseId: string,
  ) {
    super(`project ${projectId} has no release ${releaseId}`, { hint: "list the releases, or prepare one" });
  }
}

/** No image is published under the label. */
export class LabelNotFoundError extends SlipwayError {
  override readonly name = "LabelNotFoundError";
  readonly code = "label-not-found";

  constructor(
    readonly projectId: string,
    readonly label: string,
  ) {
    super(`project ${projectId} has no image under the label ${label}`, { hint: "publish images to it first" });
  }
}

/** Services that were named are not there. */
export class ServiceNotFoundError extends SlipwayError {
  override readonly name = "ServiceNotFoundError";
  readonly code = "service-not-found";

  constructor(
    readonly services: readonly string[],
    readonly where: string,
    readonly known: readonly string[],
  ) {
    super(`no image of ${services.join(", ")} in ${where}`, { hint: `it has: ${known.join(", ") || "no service"}` });
  }
}

/** Image tags that their registry does not know. */
export class ImagesUnresolvedError extends SlipwayError {
  override readonly name = "ImagesUnresolvedError";
  readonly code = "images-unresolved";

  constructor(readonly images: readonly { readonly service: string; readonly uri: string; readonly reason: string }[]) {
    super(`no digest for ${images.map(({ service, uri, reason }) => `${service} (${uri}: ${reason})`).join("; ")}`, {
      hint: "push the images, or publish the right URIs, and prepare again",
    });
  }
}

/** The images under a label kept changing while they were read. */
export class SnapshotUnstableError extends SlipwayError {
  override readonly name = "SnapshotUnstableError";
  readonly code = "snapshot-unstable";
  override readonly retryable = true;

  constructor(
    readonly label: string,
    readonly attempts: number,
    readonly changing: readonly string[],
  ) {
    super(`images under ${label} kept changing during ${attempts} attempts to read them: ${changing.join(", ")}`, {
      hint: "wait until publishing has finished and prepare again",
    });
  }
}

/** A parameter is encrypted; images are not secrets, and its value is never printed. */
export class SecureParameterError extends SlipwayError {
  override readonly name = "SecureParameterError";
  readonly code = "secure-parameter";

  constructor(readonly parameters: readonly string[]) {
    super(`${parameters.join(", ")}: a SecureString cannot hold an image URI`, {
      hint: "delete the parameter and publish the image again",
    });
  }
}

/** SSM refuses another version of a parameter because its oldest one carries a label. */
export class ParameterHistoryFullError extends SlipwayError {
  override readonly name = "ParameterHistoryFullError";
  readonly code = "parameter-history-full";

  constructor(
    readonly parameter: string,
    options?: ErrorOptions,
  ) {
    super(`${parameter} has 100 versions and the oldest one is labelled, so SSM takes no more`, {
      ...options,
      hint: `move the label to a newer version (aws ssm label-parameter-version --name ${parameter} --labels ...), then repeat`,
    });
  }
}

/** A table or another resource of the tracker does not exist. */
export class TrackerNotFoundError extends SlipwayError {
  override readonly name = "TrackerNotFoundError";
  readonly code = "tracker-not-found";

  constructor(
    readonly resource: string,
    options?: ErrorOptions,
  ) {
    super(`${resource} does not exist in this account and region`, {
      ...options,
      hint: "bring up the stack that holds the ReleaseTracker, or point to the right account and region",
    });
  }
}

/** A request token was used before for something else. */
export class RequestTokenReusedError extends SlipwayError {
  override readonly name = "RequestTokenReusedError";
  readonly code = "request-token-reused";

  constructor(
    readonly requestToken: string,
    readonly releaseId: string,
  ) {
    super(`request token ${requestToken} already made release ${releaseId} from another request`, {
      hint: "use a new token for a new request",
    });
  }
}
