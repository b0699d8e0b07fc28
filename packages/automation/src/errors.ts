import { SlipwayError, unreachableHint } from "@slipway/core";
import type { Diagnostic, LockHolder, PendingOperation } from "./results";

/** A resource, or the program itself (`urn` undefined), that failed, with the reason the engine or provider gave. */
export interface Failure {
  urn: string | undefined;
  message: string;
}

/** What stands between message and hint of an error of Slipway's, when a program that throws it shows it. */
const HINT = "; to mend it: ";

/** Refusals of AWS that do not say how to mend them, and how. */
const MENDED_ELSEWHERE: readonly (readonly [RegExp, string])[] = [
  // What is subscribed to here is made there: of artefacts, by the environment that they come from.
  [/\bTopic does not exist\b/, "bring up the stack that makes this topic first, which for artefacts is their source's"],
];

/** The engine ran and resources or the program failed. Built from engine events, never from CLI text. */
export class UpdateFailedError extends SlipwayError {
  override readonly name = "UpdateFailedError";
  readonly code = "update-failed";

  /**
   * @param stackName Stack name.
   * @param failures What failed, in order, each once.
   * @param diagnostics Every message of the run, for a log.
   */
  constructor(
    readonly stackName: string,
    readonly failures: Failure[],
    readonly diagnostics: Diagnostic[],
  ) {
    const [first] = failures;
    const ownHint = first === undefined ? MEND : hintOf(first.message);
    super(`stack ${stackName}: ${describeFailures(failures)}`, {
      hint: `${ownHint}, and run it again; what succeeded is recorded and is not redone`,
    });
  }
}

/** Another update holds the stack's lock. */
export class StackLockedError extends SlipwayError {
  override readonly name = "StackLockedError";
  readonly code = "stack-locked";
  override readonly retryable: boolean;

  /**
   * @param stackName Stack name.
   * @param holders Who holds the lock; empty when the backend does not tell.
   */
  constructor(
    readonly stackName: string,
    readonly holders: LockHolder[],
  ) {
    const who = holders.map(describeHolder).join("; ");
    super(`stack ${stackName} is locked${who === "" ? " by another update" : ` by ${who}`}`, {
      hint: holders.some(({ state }) => state === "dead")
        ? `the holder is gone: run \`slipway recover --stack ${stackName}\``
        : `wait for the other update to end, or see who it is with \`slipway unlock --stack ${stackName} --dry-run\``,
    });
    this.retryable = holders.every(({ state }) => state !== "dead");
  }
}

/** `unlock` or `recover` met a lock whose holder may still be working, and was not forced. */
export class LockHolderAliveError extends SlipwayError {
  override readonly name = "LockHolderAliveError";
  readonly code = "lock-holder-alive";
  override readonly retryable = true;

  /** @param holders The holders that are alive or on another host. */
  constructor(
    readonly stackName: string,
    readonly holders: LockHolder[],
  ) {
    super(`stack ${stackName} is in use by ${holders.map(describeHolder).join("; ")}`, {
      hint: "wait for it, end that process, or force it if you know that it no longer runs",
    });
  }
}

/** The backend has no stack of that name. */
export class StackNotFoundError extends SlipwayError {
  override readonly name = "StackNotFoundError";
  readonly code = "stack-not-found";

  constructor(readonly stackName: string) {
    super(`there is no stack ${stackName} in this backend`, {
      hint: `check the name and PULUMI_BACKEND_URL, or create it: \`pulumi stack init ${stackName}\``,
    });
  }
}

/** No `Pulumi.yaml` in the folder or above it. */
export class ProjectNotFoundError extends SlipwayError {
  override readonly name = "ProjectNotFoundError";
  readonly code = "project-not-found";

  constructor(readonly workDir: string) {
    super(`there is no Pulumi.yaml in ${workDir} or above it`, {
      hint: "run it in the folder of a Pulumi project, or give that folder as workDir",
    });
  }
}

/** The `pulumi` command is not on PATH. */
export class CliMissingError extends SlipwayError {
  override readonly name = "CliMissingError";
  readonly code = "cli-missing";

  constructor(options?: ErrorOptions) {
    super("the pulumi command was not found on PATH", {
      ...options,
      hint: 'install it from https://www.pulumi.com/docs/install/, or use the local one: `slipway local up`, then eval "$(slipway local env)"',
    });
  }
}

/** Folder of the state of a local AWS, which goes with it. */
const LOCAL_STATE = /[\\/]\.slipway[\\/]local[\\/]/;

/** The state backend cannot be reached or opened, or refused the login. */
export class BackendError extends SlipwayError {
  override readonly name = "BackendError";
  readonly code = "backend-unavailable";
  override readonly retryable = true;

  constructor(readonly detail: string) {
    super(`the Pulumi state backend cannot be used: ${detail}`, {
      hint: LOCAL_STATE.test(detail)
        ? "start the local AWS that this shell is set to (`slipway local up`), or take a new shell"
        : "check PULUMI_BACKEND_URL (or run `pulumi login`), the network and the credentials",
    });
  }
}

/** The passphrase of the stack's secrets is missing or wrong. */
export class PassphraseError extends SlipwayError {
  override readonly name = "PassphraseError";
  readonly code = "passphrase";

  constructor(
    readonly stackName: string,
    readonly problem: "missing" | "wrong",
  ) {
    super(`the passphrase of stack ${stackName} is ${problem}`, {
      hint: "set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE to the one that the stack was created with",
    });
  }
}

/** The cloud refused the credentials, or there are none. */
export class AuthError extends SlipwayError {
  override readonly name = "AuthError";
  readonly code = "auth";

  constructor(readonly detail: string) {
    super(`AWS credentials are missing, expired or not allowed: ${detail}`, {
      hint: "check AWS_PROFILE or the AWS_* variables, and that the deployer role may be assumed",
    });
  }
}

/** The address that AWS calls go to does not answer. */
export class EndpointUnreachableError extends SlipwayError {
  override readonly name = "EndpointUnreachableError";
  readonly code = "endpoint-unreachable";
  override readonly retryable = true;

  /** @param endpoint Host and port that refused, e.g. `127.0.0.1:4566`. */
  constructor(
    readonly endpoint: string,
    readonly detail: string,
  ) {
    super(`nothing answers at ${endpoint}: ${detail}`, { hint: unreachableHint(endpoint) });
  }
}

/** A provider plugin is not installed. */
export class PluginMissingError extends SlipwayError {
  override readonly name = "PluginMissingError";
  readonly code = "plugin-missing";

  constructor(readonly detail: string) {
    super(`a Pulumi plugin is missing: ${detail}`, {
      hint: 'run `pulumi plugin install`, or use the local ones: eval "$(slipway local env)"',
    });
  }
}

/** The caller's signal ended the operation. */
export class CancelledError extends SlipwayError {
  override readonly name = "CancelledError";
  readonly code = "cancelled";

  /**
   * @param pending Operations that were under way and whose result is not recorded; empty after a graceful end.
   * @param forced Whether the CLI was ended at once, so that its lock may be left too.
   */
  constructor(
    readonly stackName: string,
    readonly pending: PendingOperation[],
    readonly forced: boolean,
    options?: ErrorOptions,
  ) {
    super(`stack ${stackName}: cancelled${describePending(pending)}`, {
      ...options,
      hint:
        pending.length > 0 || forced
          ? `run \`slipway recover --stack ${stackName}\` before the next update`
          : "run it again to continue",
    });
  }
}

/** The CLI failed in a way that has no type of its own. */
export class CliFailedError extends SlipwayError {
  override readonly name = "CliFailedError";
  readonly code = "cli-failed";

  /**
   * @param command First words of the command, e.g. `stack export`.
   * @param exitCode Exit code, or `undefined` when a signal ended it.
   * @param detail The CLI's last error line.
   */
  constructor(
    readonly command: string,
    readonly exitCode: number | undefined,
    readonly detail: string,
  ) {
    super(`pulumi ${command} failed: ${detail}`);
  }
}

const MEND = "mend the cause";

function hintOf(message: string): string {
  const [, own] = message.split(HINT);
  return own ?? MENDED_ELSEWHERE.find(([refusal]) => refusal.test(message))?.[1] ?? MEND;
}

function describeFailures(failures: Failure[]): string {
  const [first, ...others] = failures;
  if (first === undefined) return "failed without a message";
  const subject = first.urn === undefined ? "" : `${first.urn.split("::").at(-1)}: `;
  const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
  return `${subject}${first.message.split(HINT)[0]}${more}`;
}

function describeHolder({ user, host, pid, lockedAt, state }: LockHolder): string {
  const life = { alive: "still running", dead: "no longer running", unknown: "another host" }[state];
  return `${user}@${host} (pid ${pid}, ${life}) since ${lockedAt.toISOString()}`;
}

function describePending(pending: PendingOperation[]): string {
  if (pending.length === 0) return "";
  return `; not recorded: ${pending.map(({ operation, name }) => `${operation} ${name}`).join(", ")}`;
}
