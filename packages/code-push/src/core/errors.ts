import { SlipwayError } from "@slipway/core";

/** A message that no reader of this queue understands. */
export class UnreadableMessageError extends SlipwayError {
  override readonly name = "UnreadableMessageError";
  readonly code = "unreadable-message";

  constructor(readonly problem: string) {
    super(`cannot read the message: ${problem}`, { hint: "see who else sends to the queue" });
  }
}

/** A push of a repository that the configuration does not list. */
export class UnknownRepositoryError extends SlipwayError {
  override readonly name = "UnknownRepositoryError";
  readonly code = "unknown-repository";

  constructor(readonly repository: string) {
    super(`${repository} is not one of the configured repositories`, { hint: "add it, then redrive the dead letters" });
  }
}

/** The machine's git is missing, or older than what is let near a repository. */
export class GitTooOldError extends SlipwayError {
  override readonly name = "GitTooOldError";
  readonly code = "git-too-old";

  constructor(
    readonly found: string,
    readonly minimum: string,
  ) {
    super(`git is ${found}, and ${minimum} is the oldest that is used`, {
      hint: "give the functions a layer or an image with a newer git",
    });
  }
}

/** git ended with an error. What it said is cut and cleaned of credentials. */
export class GitFailedError extends SlipwayError {
  override readonly name = "GitFailedError";
  readonly code = "git-failed";
  override readonly retryable = true;

  /** @param command Name of the subcommand, without its arguments. */
  constructor(
    readonly repository: string,
    readonly command: string,
    readonly detail: string,
  ) {
    super(`git ${command} of ${repository} failed: ${detail}`, { hint: "check the address and the credentials" });
  }
}

/** The remote has no such commit any more, or never had. */
export class CommitNotFoundError extends SlipwayError {
  override readonly name = "CommitNotFoundError";
  readonly code = "commit-not-found";
  override readonly retryable = true;

  constructor(
    readonly repository: string,
    readonly sha: string,
    readonly detail: string,
  ) {
    super(`${repository} has no commit ${sha}: ${detail}`, {
      hint: "it was removed by a force push, or never arrived",
    });
  }
}

/** What a repository has too much of. */
export type Cap = "fetched bytes" | "archive bytes" | "files" | "seconds" | "refs";

/** A repository is beyond what the worker takes. */
export class OverCapError extends SlipwayError {
  override readonly name = "OverCapError";
  readonly code = "over-cap";

  constructor(
    readonly repository: string,
    readonly cap: Cap,
    readonly limit: number,
  ) {
    super(`${repository} has more than ${limit} ${cap}`, { hint: "raise the limit, and the function's disk with it" });
  }
}

/** A commit holds something that no archive should. */
export class UnsafeContentError extends SlipwayError {
  override readonly name = "UnsafeContentError";
  readonly code = "unsafe-content";

  constructor(
    readonly repository: string,
    readonly problem: string,
  ) {
    super(`${repository} holds ${problem}`, { hint: "change the repository, or how its submodules are taken" });
  }
}

/** The host's name leads to an address that is not on the public internet. */
export class PrivateAddressError extends SlipwayError {
  override readonly name = "PrivateAddressError";
  readonly code = "private-address";

  constructor(
    readonly host: string,
    readonly address: string,
  ) {
    super(`${host} is at ${address}, which is private`, {
      hint: "set privateNetwork for a repository in your network",
    });
  }
}

/** The host's name leads nowhere. */
export class HostNotFoundError extends SlipwayError {
  override readonly name = "HostNotFoundError";
  readonly code = "host-not-found";
  override readonly retryable = true;

  constructor(
    readonly host: string,
    options?: ErrorOptions,
  ) {
    super(`no address for ${host}`, { ...options, hint: "check the name, and the function's network" });
  }
}

/** A secret is not there, or its value is not of the agreed shape. The value itself is never told. */
export class UnusableSecretError extends SlipwayError {
  override readonly name = "UnusableSecretError";
  readonly code = "unusable-secret";

  constructor(
    readonly secretId: string,
    readonly problem: string,
    options?: ErrorOptions,
  ) {
    super(`secret ${secretId} ${problem}`, {
      ...options,
      hint: "packages/code-push/README.md says what it has to hold",
    });
  }
}

/** GitHub gave an App's installation no token. */
export class GitHubAppError extends SlipwayError {
  override readonly name = "GitHubAppError";
  readonly code = "github-app-failed";
  override readonly retryable = true;

  constructor(
    readonly repository: string,
    readonly problem: string,
  ) {
    super(`no token of the GitHub App for ${repository}: ${problem}`, {
      hint: "check appId, installationId and privateKey, and that the App is installed for the repository",
    });
  }
}

/** Another commit's archive is under this one's key. */
export class KeyTakenError extends SlipwayError {
  override readonly name = "KeyTakenError";
  readonly code = "key-taken";

  constructor(
    readonly key: string,
    readonly holder: string,
  ) {
    super(`${key} is taken by ${holder}`, { hint: "give each repository a key template of its own" });
  }
}

/** The event that tells of a push could not be published. */
export class PushNotAnnouncedError extends SlipwayError {
  override readonly name = "PushNotAnnouncedError";
  readonly code = "push-not-announced";
  override readonly retryable = true;

  constructor(readonly problem: string) {
    super(problem, { hint: "it is tried again" });
  }
}

/** The pointer to the latest commit changed during each of several attempts to move it. */
export class PointerContendedError extends SlipwayError {
  override readonly name = "PointerContendedError";
  readonly code = "pointer-contended";
  override readonly retryable = true;

  constructor(readonly key: string) {
    super(`${key} changed during each attempt to move it`, { hint: "it is tried again" });
  }
}

/** The bucket, the queue or another part of the code push is not there. */
export class CodePushNotFoundError extends SlipwayError {
  override readonly name = "CodePushNotFoundError";
  readonly code = "code-push-not-found";

  constructor(
    readonly action: string,
    options?: ErrorOptions,
  ) {
    super(`nothing there for ${action}`, { ...options, hint: "deploy the stack that holds the code push" });
  }
}
