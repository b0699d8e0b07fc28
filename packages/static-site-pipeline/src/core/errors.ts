import { SlipwayError } from "@slipway/core";
import type { Status } from "../contract";

/** No pipeline of this id. */
export class SiteNotFoundError extends SlipwayError {
  override readonly name = "SiteNotFoundError";
  readonly code = "site-not-found";

  constructor(readonly siteId: string) {
    super(`no site ${siteId}`, { hint: "`slipway site list --stack <stack>` shows those that there are" });
  }
}

/** What is asked for cannot be done in the pipeline's status. */
export class IllegalMoveError extends SlipwayError {
  override readonly name = "IllegalMoveError";
  readonly code = "illegal-move";

  constructor(
    readonly siteId: string,
    readonly from: Status,
    readonly wanted: string,
    hint?: string,
  ) {
    super(`${siteId} is ${from}: ${wanted} is not possible`, { hint: hint ?? "see its status, then try again" });
  }
}

/** Others changed the row during each of several attempts to write it. */
export class SiteContendedError extends SlipwayError {
  override readonly name = "SiteContendedError";
  readonly code = "site-contended";
  override readonly retryable = true;

  constructor(readonly siteId: string) {
    super(`${siteId} changed during each attempt to write it`, { hint: "it is tried again" });
  }
}

/** A message that no reader of this queue understands. */
export class UnreadableMessageError extends SlipwayError {
  override readonly name = "UnreadableMessageError";
  readonly code = "unreadable-message";

  constructor(readonly problem: string) {
    super(`cannot read the message: ${problem}`, { hint: "see who else sends to the queue" });
  }
}

/** A step of provisioning or teardown went wrong. */
export class StepFailedError extends SlipwayError {
  override readonly name = "StepFailedError";
  readonly code = "step-failed";
  override readonly retryable: boolean;

  constructor(
    readonly step: string,
    readonly problem: string,
    options?: ErrorOptions & { retryable?: boolean },
  ) {
    super(`[${step}] ${problem}`, { ...options, hint: "it is tried again; see the log if it stays" });
    this.retryable = options?.retryable ?? true;
  }
}

/** A site of releases only was asked for a build, or the app of its repository's host is missing. */
export class NoSourceError extends SlipwayError {
  override readonly name = "NoSourceError";
  readonly code = "no-source";

  constructor(
    readonly siteId: string,
    readonly problem: string,
    hint?: string,
  ) {
    super(`${siteId} ${problem}`, { hint: hint ?? "install the repository app, or choose another kind of source" });
  }
}

/** No archive of the commit, or of any commit, of a site that is built from a code push's archives. */
export class SiteCommitNotFoundError extends SlipwayError {
  override readonly name = "SiteCommitNotFoundError";
  readonly code = "site-commit-not-found";

  /** @param commit Nothing: none was archived at all. */
  constructor(
    readonly siteId: string,
    readonly branch: string,
    readonly commit: string | undefined,
  ) {
    super(
      `${siteId}: the code push has archived ${commit === undefined ? "nothing" : `no commit ${commit}`} of ${branch}`,
      {
        hint: "`slipway push list --stack <stack>` shows what it has, `slipway push reconcile --stack <stack>` archives what it missed",
      },
    );
  }
}

/** A site that a program declares is made and removed by that program. */
export class SiteDeclaredError extends SlipwayError {
  override readonly name = "SiteDeclaredError";
  readonly code = "site-declared";

  constructor(
    readonly siteId: string,
    readonly wanted: string,
  ) {
    super(`${siteId} is declared by a program, which alone does its ${wanted}`, {
      hint: "change its StaticSite, then bring that stack up",
    });
  }
}

/** There is no log to show. */
export class NoBuildLogError extends SlipwayError {
  override readonly name = "NoBuildLogError";
  readonly code = "no-build-log";

  constructor(
    readonly siteId: string,
    readonly build: number | undefined,
    readonly problem: string,
  ) {
    const which = build === undefined ? "its newest build" : `build ${build}`;
    super(`${siteId} has no log of ${which}: ${problem}`, {
      hint: `\`slipway site show ${siteId} --stack <stack>\` lists its builds`,
    });
  }
}

/** Somebody holds back what goes live. */
export class SiteLockedError extends SlipwayError {
  override readonly name = "SiteLockedError";
  readonly code = "site-locked";

  constructor(
    readonly siteId: string,
    readonly lockedBy: string,
    readonly reason: string,
  ) {
    super(`${siteId} is locked by ${lockedBy}: ${reason}`, {
      hint: `when that is settled: slipway site unlock ${siteId} --stack <stack>`,
    });
  }
}

/** The table, a queue or another part is not there. */
export class SitesNotFoundError extends SlipwayError {
  override readonly name = "SitesNotFoundError";
  readonly code = "sites-not-found";

  constructor(
    readonly action: string,
    options?: ErrorOptions,
  ) {
    super(`nothing there for ${action}`, { ...options, hint: "deploy the stack that holds the static site pipeline" });
  }
}
