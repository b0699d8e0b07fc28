import { SlipwayError } from "@slipway/core";

/** A program of this machine that the local environment needs is not there, or too old. */
export class ToolMissingError extends SlipwayError {
  override readonly name = "ToolMissingError";
  readonly code = "tool-missing";

  /**
   * @param tool What is missing, with the version that is needed.
   * @param purpose What it is needed for.
   * @param hint What to install, exactly.
   */
  constructor(
    readonly tool: string,
    readonly purpose: string,
    hint: string,
  ) {
    super(`${tool} was not found; it is needed to ${purpose}`, { hint });
  }
}

/** Fetching or building a part of the local environment failed. */
export class InstallFailedError extends SlipwayError {
  override readonly name = "InstallFailedError";
  readonly code = "install-failed";
  override readonly retryable = true;

  /**
   * @param what What was being installed.
   * @param step Command or step that failed.
   * @param output End of what it printed.
   */
  constructor(
    readonly what: string,
    readonly step: string,
    readonly output: string,
  ) {
    super(`installing ${what} failed at \`${step}\`: ${output}`, {
      hint: "check that the package registries can be reached from here, then run it again: what was finished is kept",
    });
  }
}

/** A process of the local environment did not start, or did not answer in time. */
export class LocalStartError extends SlipwayError {
  override readonly name = "LocalStartError";
  readonly code = "local-start-failed";
  override readonly retryable = true;

  /**
   * @param part Which process, e.g. `emulator`.
   * @param problem What was seen.
   * @param lastLines End of its log.
   */
  constructor(
    readonly part: string,
    readonly problem: string,
    readonly lastLines: string,
  ) {
    super(`the local ${part} ${problem}${lastLines === "" ? "" : `: ${lastLines}`}`, {
      hint: "run `slipway local reset` to start from nothing",
    });
  }
}

/** A process of the local environment survived SIGKILL; its state was left alone. */
export class LocalStopError extends SlipwayError {
  override readonly name = "LocalStopError";
  readonly code = "local-stop-failed";

  constructor(
    readonly part: string,
    readonly pid: number,
  ) {
    super(`the local ${part} (process ${pid}) does not end`, { hint: `end process ${pid}, then run it again` });
  }
}

/** An endpoint was given that is not on this machine. */
export class EndpointRefusedError extends SlipwayError {
  override readonly name = "EndpointRefusedError";
  readonly code = "endpoint-refused";

  constructor(
    readonly setting: string,
    readonly endpoint: string,
  ) {
    super(`[${setting}] ${endpoint} is not a loopback address`, {
      hint: "local runs only talk to this machine: give http://127.0.0.1:<port> or unset it",
    });
  }
}

/** The official plugin was asked for by name and can't be had. */
export class OfficialPluginUnavailableError extends SlipwayError {
  override readonly name = "OfficialPluginUnavailableError";
  readonly code = "official-plugin-unavailable";

  constructor(
    readonly plugin: string,
    readonly reason: string,
  ) {
    super(`the official plugin ${plugin} can't be had: ${reason}`, {
      hint: "run `pulumi plugin install resource <name> <version>` where there is network, or unset SLIPWAY_AWS_PLUGIN",
    });
  }
}

/** Something was asked of a local environment that is not running. */
export class LocalNotRunningError extends SlipwayError {
  override readonly name = "LocalNotRunningError";
  readonly code = "local-not-running";

  constructor(readonly directory: string) {
    super(`no local environment runs for ${directory}`, { hint: "start it with `slipway local up`" });
  }
}
