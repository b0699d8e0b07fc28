import type { SlipwayError } from "@slipway/core";
import {
  AuthError,
  BackendError,
  CliFailedError,
  EndpointUnreachableError,
  PassphraseError,
  PluginMissingError,
  ProjectNotFoundError,
  StackLockedError,
  StackNotFoundError,
} from "../errors";
import { parseLockMessage } from "./lock-message";
import { withProcessState } from "./process-state";
import type { CliExit } from "./run-cli";

/** Where a command ran, for its error. */
export interface FailureContext {
  stack: string;
  workDir: string;
  /** First words of the command, e.g. `stack export`. */
  command: string;
}

type Rule = [RegExp, (match: RegExpExecArray, context: FailureContext, detail: string) => SlipwayError];

const STDERR_RULES: Rule[] = [
  [/no stack named .* found/, (_match, { stack }) => new StackNotFoundError(stack)],
  [
    /the stack is currently locked by/,
    (match, { stack }) => new StackLockedError(stack, withProcessState(parseLockMessage(match.input))),
  ],
  [/\[409\] Conflict: Another update/, (_match, { stack }) => new StackLockedError(stack, [])],
  [/no Pulumi\.yaml project file found/, (_match, { workDir }) => new ProjectNotFoundError(workDir)],
  [/incorrect passphrase/, (_match, { stack }) => new PassphraseError(stack, "wrong")],
  [/passphrase must be set with/, (_match, { stack }) => new PassphraseError(stack, "missing")],
  [
    /PULUMI_ACCESS_TOKEN must be set|unable to open (?:state directory|bucket)|\.pulumi\/meta\.yaml|performing HTTP request|could not get cloud url|unknown backend/,
    (_match, _context, detail) => new BackendError(detail),
  ],
];

const PROVIDER_RULES: Rule[] = [
  [
    /no resource plugin|no language plugin|failed to load (?:language|resource) plugin/,
    (_match, _context, detail) => new PluginMissingError(detail),
  ],
  [
    /(?:dial tcp |ECONNREFUSED |EHOSTUNREACH )([\w.-]+:\d+|\[[\d:a-f]+\]:\d+)/,
    ([, endpoint = ""], _context, detail) => new EndpointUnreachableError(endpoint, detail),
  ],
  [
    /InvalidClientTokenId|ExpiredToken|UnrecognizedClient|InvalidSignature|SignatureDoesNotMatch|\[aws:(?:access|secret)Key\] is not set|no valid credential sources|security token .* (?:invalid|expired)|perform: sts:AssumeRole|CredentialsProviderError|Could not load credentials/i,
    (_match, _context, detail) => new AuthError(detail),
  ],
];

/** The error that a failing command's standard error stands for; `undefined` when it has no type of its own. */
export function errorFromStderr(exit: CliExit, context: FailureContext): SlipwayError | undefined {
  return firstMatch(STDERR_RULES, exit.stderr, context);
}

/** The error that a resource's or provider's message stands for; `undefined` when it is that resource's own trouble. */
export function errorFromMessage(message: string, context: FailureContext): SlipwayError | undefined {
  return firstMatch(PROVIDER_RULES, message, context);
}

/** The error of a failing command that runs no engine, e.g. `stack export`. */
export function errorFromExit(exit: CliExit, context: FailureContext): SlipwayError {
  return (
    errorFromStderr(exit, context) ?? new CliFailedError(context.command, exit.exitCode, lastErrorLine(exit.stderr))
  );
}

function firstMatch(rules: Rule[], text: string, context: FailureContext): SlipwayError | undefined {
  for (const [pattern, toError] of rules) {
    const match = pattern.exec(text);
    if (match !== null) return toError(match, context, lastErrorLine(text));
  }
  return undefined;
}

function lastErrorLine(text: string): string {
  const all = text.split("\n").map((line) => line.trim());
  const errors = all.filter((line) => line.startsWith("error:"));
  return (errors.at(-1) ?? all.filter((line) => line !== "").at(0) ?? "no message").replace(/^error: /, "");
}
