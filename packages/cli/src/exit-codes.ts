/**
 * Exit codes of `slipway`: public API, the same table as in the README.
 *
 * Scripts branch on these numbers, so a number never changes its meaning.
 */
export const exitCodes = {
  /** Done, or nothing to do. */
  ok: 0,
  /** The work was tried and failed. */
  failed: 1,
  /** Wrong usage or bad input; nothing was tried. */
  usage: 2,
  /** `preview --exit-code` found changes. */
  changesPending: 3,
  /** Somebody else holds the stack, the environment or the site. */
  locked: 4,
  /** The named release, environment, stack, service, label, artefact, commit, site, job or pipeline does not exist. */
  notFound: 5,
  /** Refused by a rule or by the person asked: gate, pin, window, freeze, rejection, a site's status. */
  refused: 6,
  /** Drift, or something needs a person's attention. */
  attention: 7,
  /** Ctrl-C or SIGTERM. */
  interrupted: 130,
} as const;

/** One of the documented exit codes. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/**
 * Error `code` -> exit code. A code that is not listed exits with `failed`.
 *
 * The libraries know nothing of exit codes; this is the one place where the two meet.
 */
export const exitCodeByErrorCode: Readonly<Record<string, ExitCode>> = {
  usage: exitCodes.usage,
  "invalid-input": exitCodes.usage,
  "confirmation-needed": exitCodes.usage,
  "manifest-not-found": exitCodes.usage,
  "project-not-found": exitCodes.usage,
  "request-token-reused": exitCodes.usage,
  "endpoint-refused": exitCodes.usage,
  "no-source": exitCodes.usage,
  "unsafe-zip": exitCodes.usage,
  "unfit-build": exitCodes.usage,
  "stack-locked": exitCodes.locked,
  "lock-holder-alive": exitCodes.locked,
  "environment-locked": exitCodes.locked,
  "site-locked": exitCodes.locked,
  "stack-not-found": exitCodes.notFound,
  "output-not-found": exitCodes.notFound,
  "environment-not-found": exitCodes.notFound,
  "release-not-found": exitCodes.notFound,
  "label-not-found": exitCodes.notFound,
  "service-not-found": exitCodes.notFound,
  "tracker-not-found": exitCodes.notFound,
  "tracker-tables-unknown": exitCodes.notFound,
  "images-unresolved": exitCodes.notFound,
  "no-earlier-release": exitCodes.notFound,
  "nothing-deployed": exitCodes.notFound,
  "local-not-running": exitCodes.notFound,
  "artefacts-unknown": exitCodes.notFound,
  "artefact-not-found": exitCodes.notFound,
  "backfill-not-found": exitCodes.notFound,
  "bucket-not-found": exitCodes.notFound,
  "promotion-not-found": exitCodes.notFound,
  "code-push-unknown": exitCodes.notFound,
  "code-push-not-found": exitCodes.notFound,
  "commit-unknown": exitCodes.notFound,
  "unknown-repository": exitCodes.notFound,
  "data-egress-unknown": exitCodes.notFound,
  "egress-not-found": exitCodes.notFound,
  "job-not-found": exitCodes.notFound,
  "pipeline-not-found": exitCodes.notFound,
  "static-sites-unknown": exitCodes.notFound,
  "sites-not-found": exitCodes.notFound,
  "site-not-found": exitCodes.notFound,
  "site-bucket-not-found": exitCodes.notFound,
  "site-commit-not-found": exitCodes.notFound,
  "site-release-not-found": exitCodes.notFound,
  "no-build-log": exitCodes.notFound,
  declined: exitCodes.refused,
  "illegal-move": exitCodes.refused,
  "job-not-given-up": exitCodes.refused,
  "site-declared": exitCodes.refused,
  "secret-output": exitCodes.refused,
  cancelled: exitCodes.interrupted,
  interrupted: exitCodes.interrupted,
};
