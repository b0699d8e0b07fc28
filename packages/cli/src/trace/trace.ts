import type { Promotion } from "@slipway/artefact-promotion/library";
import type { Receipt } from "@slipway/code-push/library";
import type { Deployment, ImageOrigin, Release } from "@slipway/release-tracker/library";
import type { SiteCommit } from "@slipway/static-site-pipeline/library";

/** A part of a trace that may be impossible to find out. */
export interface Part<T> {
  readonly found: readonly T[];
  /** Why it is not known, or not all of it. */
  readonly notice?: string | undefined;
}

/** An image that was built from the commit. */
export interface TracedImage extends ImageOrigin {
  readonly service: string;
  /** Whether it is what is published under `latest` now. */
  readonly latest: boolean;
}

/** A release with an image of the commit. */
export interface TracedRelease {
  readonly release: Release;
  /** Services whose image in it is of the commit. */
  readonly services: readonly string[];
}

/** Promotions of one hop. */
export interface TracedHop extends Part<Promotion> {
  /** `integration -> staging`. */
  readonly hop: string;
  /** Stack of the environment that is promoted to. */
  readonly stack: string;
}

/** What became of the commit in one environment. */
export interface TracedEnvironment {
  readonly environment: string;
  /** Deployments of releases with the commit, latest first. */
  readonly deployments: readonly Deployment[];
  /** Services that run an image of the commit now. */
  readonly running: readonly string[];
  /** Why what runs is not known. */
  readonly notice?: string | undefined;
}

/** What became of the commit in one site. */
export interface TracedSite extends SiteCommit {
  /** Whether it is what visitors see now. */
  readonly live: boolean;
}

/** One commit, from the push to what runs. */
export interface Trace {
  /** Whole, where anything names it whole. */
  readonly commit: string;
  readonly pushes: Part<Receipt>;
  readonly hops: readonly TracedHop[];
  /** Why it is not known which hops there are. */
  readonly hopsNotice?: string | undefined;
  readonly images: Part<TracedImage>;
  readonly releases: readonly TracedRelease[];
  readonly environments: readonly TracedEnvironment[];
  /** Those that know of it. */
  readonly sites: Part<TracedSite>;
}
