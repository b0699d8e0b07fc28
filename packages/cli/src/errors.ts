import { SlipwayError } from "@slipway/core";

/** The command line does not parse: unknown command, missing or conflicting option. */
export class UsageError extends SlipwayError {
  override readonly name = "UsageError";
  readonly code = "usage";

  /**
   * @param problem What the parser found.
   * @param command The command whose help tells how to mend it, e.g. `slipway release`.
   */
  constructor(
    readonly problem: string,
    readonly command: string,
  ) {
    super(problem, { hint: `run: ${command} --help` });
  }
}

/** A question had to be asked, and there is no terminal to ask it on. */
export class ConfirmationNeededError extends SlipwayError {
  override readonly name = "ConfirmationNeededError";
  readonly code = "confirmation-needed";

  /**
   * @param question What would have been asked.
   * @param flag The option that answers it, e.g. `--yes`.
   */
  constructor(
    readonly question: string,
    readonly flag: string,
  ) {
    super(`"${question}" needs an answer, and there is no terminal to ask on`, { hint: `pass ${flag}` });
  }
}

/** The person asked said no. Nothing was changed. */
export class DeclinedError extends SlipwayError {
  override readonly name = "DeclinedError";
  readonly code = "declined";

  /** @param action What was not done, e.g. `up of staging`. */
  constructor(readonly action: string) {
    super(`${action} was not confirmed: nothing was changed`);
  }
}

/** What was found or done could not be printed, e.g. because the disk of the file it goes to is full. */
export class OutputLostError extends SlipwayError {
  override readonly name = "OutputLostError";
  readonly code = "output-lost";

  /** @param cause What the write to stdout failed with. */
  constructor(cause: Error) {
    super(`stdout cannot be written: ${cause.message}`, {
      cause,
      hint: "send it to where there is room; what the command did besides printing is done",
    });
  }
}

/** Ctrl-C or SIGTERM before the work began or at a prompt. */
export class InterruptedError extends SlipwayError {
  override readonly name = "InterruptedError";
  readonly code = "interrupted";

  constructor() {
    super("interrupted");
  }
}

/** The stack has no output of that name. */
export class OutputNotFoundError extends SlipwayError {
  override readonly name = "OutputNotFoundError";
  readonly code = "output-not-found";

  constructor(
    readonly stackName: string,
    readonly output: string,
    readonly known: readonly string[],
  ) {
    super(`stack ${stackName} has no output ${output}`, { hint: `it has: ${known.join(", ") || "none"}` });
  }
}

/** A secret output was asked for by name without `--show-secret`. */
export class SecretOutputError extends SlipwayError {
  override readonly name = "SecretOutputError";
  readonly code = "secret-output";

  constructor(
    readonly stackName: string,
    readonly output: string,
  ) {
    super(`output ${output} of stack ${stackName} is secret`, { hint: "pass --show-secret to print it" });
  }
}

/** The stack that holds the ReleaseTracker does not say where its tables are. */
export class TrackerTablesUnknownError extends SlipwayError {
  override readonly name = "TrackerTablesUnknownError";
  readonly code = "tracker-tables-unknown";

  /**
   * @param stackName Stack that was asked.
   * @param missing Outputs that it lacks.
   */
  constructor(
    readonly stackName: string,
    readonly missing: readonly string[],
  ) {
    super(`stack ${stackName} has no output ${missing.join(", ")}, so the tracker's tables are not known`, {
      hint: `bring it up (slipway up --stack ${stackName}), name another with --tracker-stack, or set SLIPWAY_RELEASES_TABLE and SLIPWAY_DEPLOYMENTS_TABLE`,
    });
  }
}

/** The stack does not say where its artefact promotion is. */
export class ArtefactsUnknownError extends SlipwayError {
  override readonly name = "ArtefactsUnknownError";
  readonly code = "artefacts-unknown";

  /**
   * @param stackName Stack that was asked.
   * @param output Output that it should have.
   * @param secret Whether it has the output, as a secret.
   */
  constructor(
    readonly stackName: string,
    readonly output: string,
    readonly secret: boolean,
  ) {
    super(
      secret
        ? `output ${output} of stack ${stackName} is secret, so where its artefacts are is not known`
        : `stack ${stackName} has no output ${output}, so no artefacts are known to be promoted to it`,
      {
        hint: secret
          ? "export the promotion's connection plainly: nothing in it is a secret"
          : `name the stack of an environment that artefacts are promoted to, or bring this one up: slipway up --stack ${stackName}`,
      },
    );
  }
}

/** The local AWS of the project does not run. */
export class LocalStoppedError extends SlipwayError {
  override readonly name = "LocalStoppedError";
  readonly code = "local-not-running";

  /** @param directory The project (absolute path). */
  constructor(readonly directory: string) {
    super(`no local AWS runs for ${directory}`, { hint: "start it with: slipway local up" });
  }
}

/** No Pulumi.yaml in the folder or above it. */
export class NoProjectError extends SlipwayError {
  override readonly name = "NoProjectError";
  readonly code = "project-not-found";

  /** @param directory Where the search began (absolute path). */
  constructor(readonly directory: string) {
    super(`there is no Pulumi.yaml in ${directory} or above it`, {
      hint: "change to the folder of your Pulumi project",
    });
  }
}
