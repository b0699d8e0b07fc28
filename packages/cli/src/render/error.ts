import { SlipwayError } from "@slipway/core";
import { exitCodeByErrorCode, exitCodes, type ExitCode } from "../exit-codes";
import { inLine } from "./printable";
import type { Style } from "./style";

/** An error as the CLI reports it. */
export interface ErrorReport {
  readonly code: string;
  readonly message: string;
  readonly hint: string | undefined;
  readonly exitCode: ExitCode;
}

/** Turns anything that was thrown into a report; what Slipway did not foresee is `internal-error`. */
export function reportOf(error: unknown): ErrorReport {
  if (error instanceof SlipwayError) {
    return { code: error.code, message: error.message, hint: error.hint, exitCode: exitCodeOf(error.code) };
  }
  return {
    code: "internal-error",
    message: describeUnknown(error),
    hint: "run again with --debug for the stack trace",
    exitCode: exitCodes.failed,
  };
}

const exitCodeOf = (code: string): ExitCode => exitCodeByErrorCode[code] ?? exitCodes.failed;

function describeUnknown(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Node's connection errors to several addresses carry their reason in the members only.
  const members = error instanceof AggregateError ? error.errors.map(describeUnknown) : [];
  const reason = error.message || members.join(", ") || "no message";
  return error.name === "Error" ? reason : `${error.name}: ${reason}`;
}

/** One line: what and why, then how to mend it. It is the last line printed, because that is the one people read. */
export function renderError({ message, hint }: ErrorReport, style: Style): string {
  const line = inLine(message.replace(/\s*\n\s*/g, "; "));
  return `${style("red", "slipway:")} ${line}${hint ? `; ${style("bold", "to mend it")}: ${inLine(hint)}` : ""}`;
}

/** The report as JSON, for `--json`. */
export function renderErrorJson(report: ErrorReport): string {
  const { code, message, hint, exitCode } = report;
  return JSON.stringify({ schema: "slipway.error.v1", error: { code, message, hint, exit_code: exitCode } });
}

/** Stack traces of an error and its causes, for `--debug`; properties stay out, they may hold secrets. */
export function renderTrace(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? error.message;
  return error.cause === undefined ? own : `${own}\ncaused by: ${renderTrace(error.cause)}`;
}
