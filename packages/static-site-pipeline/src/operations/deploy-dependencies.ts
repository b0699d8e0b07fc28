import type { Clock, IdSource, Sleeper, Stopwatch } from "@slipway/core";
import type { Distribution, SiteStore } from "../core/deploy-ports";
import { PUBLISH_ORDER, type PublishStep } from "../core/deploy-plan";

/** Times, in milliseconds, and counts of the deploy engine. */
export interface DeployLimits {
  /** A holder that gives no sign of life for this long is dead. */
  readonly lease: number;
  /** Between two looks at a holder. */
  readonly poll: number;
  /** How long others may keep the site busy. */
  readonly patience: number;
  /** Files at once. */
  readonly filesAtOnce: number;
  /** Pause after the first answer that too many invalidations are in progress; it doubles up to `longestPause`. */
  readonly firstPause: number;
  readonly longestPause: number;
  /** Requests for one invalidation. */
  readonly invalidationAttempts: number;
}

/** Limits for real use. */
export const DEFAULT_DEPLOY_LIMITS: DeployLimits = {
  lease: 60_000,
  poll: 2_000,
  patience: 600_000,
  filesAtOnce: 32,
  firstPause: 5_000,
  longestPause: 60_000,
  invalidationAttempts: 20,
};

/** What the deploy engine stands on, for one site. */
export interface DeployDependencies {
  readonly store: SiteStore;
  /** Absent where nothing is in front of the bucket. */
  readonly distribution?: Distribution | undefined;
  readonly clock: Clock;
  readonly stopwatch: Stopwatch;
  readonly sleeper: Sleeper;
  readonly ids: IdSource;
  readonly limits: DeployLimits;
  readonly order: readonly PublishStep[];
}

/** Limits and order that are not given. */
export const DEPLOY_DEFAULTS = { limits: DEFAULT_DEPLOY_LIMITS, order: PUBLISH_ORDER } as const;
