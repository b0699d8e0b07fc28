import { SlipwayError } from "@slipway/core";

/** The site's bucket is not there, or not this account's. */
export class SiteBucketNotFoundError extends SlipwayError {
  override readonly name = "SiteBucketNotFoundError";
  readonly code = "site-bucket-not-found";

  constructor(
    readonly bucket: string,
    options?: ErrorOptions,
  ) {
    super(`bucket ${bucket} does not exist, or is another account's`, { ...options, hint: "provision the site first" });
  }
}

/** Somebody else took over the site while this one was at work. */
export class ClaimLostError extends SlipwayError {
  override readonly name = "ClaimLostError";
  readonly code = "deploy-claim-lost";
  override readonly retryable = true;

  constructor(readonly holder: string | undefined) {
    super(`the site was taken over${holder === undefined ? "" : ` by ${holder}`}`, {
      hint: "look at the site's releases: the one that took over decides what is live",
    });
  }
}

/** Others kept the site busy for longer than anyone should. */
export class SiteBusyError extends SlipwayError {
  override readonly name = "SiteBusyError";
  readonly code = "site-busy";
  override readonly retryable = true;

  constructor(readonly holder: string) {
    super(`the site is being changed by ${holder}`, { hint: "wait until that is over, then try again" });
  }
}

/** No release of that id is kept. */
export class SiteReleaseNotFoundError extends SlipwayError {
  override readonly name = "SiteReleaseNotFoundError";
  readonly code = "site-release-not-found";

  constructor(readonly release: string | undefined) {
    const what = release === undefined ? "there is no earlier release" : `release ${release} is not kept`;
    super(`${what} to go back to`, { hint: "`slipway site show <site> --stack <stack>` lists those that are kept" });
  }
}

/** A release of that id is there with other contents. */
export class SiteReleaseExistsError extends SlipwayError {
  override readonly name = "SiteReleaseExistsError";
  readonly code = "site-release-exists";

  constructor(readonly release: string) {
    super(`release ${release} exists with other contents`, { hint: "give this one an id of its own" });
  }
}

/** A stored version that a release needs is gone. */
export class SiteVersionGoneError extends SlipwayError {
  override readonly name = "SiteVersionGoneError";
  readonly code = "site-version-gone";

  constructor(
    readonly key: string,
    readonly versionId: string,
  ) {
    super(`version ${versionId} of ${key} is gone`, { hint: "deploy that release again from its build" });
  }
}

/** A document that Slipway keeps in the bucket cannot be read. */
export class UnreadableSiteStateError extends SlipwayError {
  override readonly name = "UnreadableSiteStateError";
  readonly code = "unreadable-site-state";

  constructor(
    readonly key: string,
    options?: ErrorOptions,
  ) {
    super(`${key} is not what was written there`, { ...options, hint: "restore its previous version in the bucket" });
  }
}

/** The distribution had too many invalidations in progress for all of the time that was given. */
export class InvalidationBusyError extends SlipwayError {
  override readonly name = "InvalidationBusyError";
  readonly code = "invalidation-busy";
  override readonly retryable = true;

  constructor(readonly attempts: number) {
    super(`too many invalidations in progress, ${attempts} times in a row`, {
      hint: "the deploy is live; run it again",
    });
  }
}

/** A build output that cannot be served as a site. */
export class UnfitBuildError extends SlipwayError {
  override readonly name = "UnfitBuildError";
  readonly code = "unfit-build";

  constructor(
    readonly problem: string,
    hint?: string,
  ) {
    super(`this is no site to deploy: ${problem}`, { hint: hint ?? "see what the build wrote, and where" });
  }
}

/** What a zip is refused for. */
export type ZipProblem =
  | "not-a-zip"
  | "too-many-entries"
  | "too-large"
  | "too-compressed"
  | "unsafe-path"
  | "link"
  | "encrypted"
  | "unknown-method"
  | "duplicate"
  | "overlap"
  | "mismatch"
  | "corrupt";

/** A zip that is broken, or made to do harm. */
export class UnsafeZipError extends SlipwayError {
  override readonly name = "UnsafeZipError";
  readonly code = "unsafe-zip";

  constructor(
    readonly problem: ZipProblem,
    readonly detail: string,
    options?: ErrorOptions,
  ) {
    super(`the zip is refused (${problem}): ${detail}`, {
      ...options,
      hint: "pack the built site again, as plain files",
    });
  }
}
