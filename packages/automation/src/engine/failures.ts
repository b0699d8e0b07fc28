import type { Failure } from "../errors";
import type { Diagnostic } from "../results";

// The engine closes every failed run with one of these; they say nothing that the others do not.
const CLOSING = /^(?:update|preview|refresh|destroy|deployment) (?:failed|cancell?ed)$/;
// What becomes of the requests that are under way when the engine ends for another reason.
const CUT_OFF = /grpc: the client connection is closing/;
const WRAPPINGS = [
  /^Running program '.*' failed with an unhandled exception:\s*/,
  /^Unhandled exception: /,
  /^One or more errors occurred: /,
  // How Node prints an error that refers to itself.
  /^<ref \*\d+> /,
  /^Error: /,
  // The SDK names every output on the way to the one that failed.
  /^(?:error serializing property "[^"]*": )+/,
];

/** Picks the failures out of a run's messages and failed resources: each once, without wrappings or stack traces. */
export function findFailures(diagnostics: Diagnostic[], failedUrns: string[]): Failure[] {
  const failures: Failure[] = [];
  for (const { severity, message, urn } of diagnostics) {
    if (severity !== "error") continue;
    const subject = urn === undefined || isStack(urn) ? undefined : urn;
    const plain = plainMessage(message);
    if (CLOSING.test(plain) || failures.some((known) => known.urn === subject && known.message === plain)) continue;
    failures.push({ urn: subject, message: plain });
  }
  const silent = failedUrns.filter((urn) => !failures.some((known) => known.urn === urn));
  const all = [...failures, ...silent.map((urn) => ({ urn, message: "failed without a message" }))];
  const causes = all.filter(({ message }) => !CUT_OFF.test(message));
  return causes.length > 0 ? causes : all;
}

function isStack(urn: string): boolean {
  return urn.includes("::pulumi:pulumi:Stack::");
}

/** An error's message without stack trace and without what the engine and the SDK put around it. */
export function plainMessage(message: string): string {
  const withoutTrace = message.split(/\n\s+at /)[0] ?? message;
  return WRAPPINGS.reduce((text, wrapping) => text.replace(wrapping, ""), withoutTrace).trim();
}
