import type { ExplainedLetter, RedriveResult } from "@slipway/artefact-promotion/library";
import { letterJson } from "../../artefacts/json";
import { openArtefacts } from "../../artefacts/open-artefacts";
import { defineCommand, type CommandResult } from "../../command";
import { exitCodes } from "../../exit-codes";
import { requireCount } from "../../options/require-count";
import { createStyle, type Style } from "../../render/style";
import { renderTable } from "../../render/table";
import { moment } from "../../render/time";
import { stackOption } from "../../stack/options";

/** Letters that are looked at when nobody said how many: nobody else sees those for two minutes. */
const LOOK = 100;

export const command = defineCommand({
  describe: "Send what could not be promoted back to the queue, and tell why it was given up",
  mutates: true,
  options: {
    ...stackOption,
    limit: { type: "number", describe: "At most so many", defaultDescription: `all; a list shows ${LOOK}` },
  },
  examples: [
    ["slipway artefacts redrive --stack staging --dry-run", "What was given up, and why"],
    ["slipway artefacts redrive --stack staging", "Show, ask, send it back"],
  ],
  run: async ({ stack, limit, dryRun, yes }, context) => {
    requireCount("limit", limit);
    const { client, hop } = await openArtefacts(stack, context);
    const { ask, progress, signal } = context;
    const run = { stack, environment: hop.targetEnvironment, dryRun, signal, now: context.clock.now() };
    progress.begin(`looking for dead letters of ${run.environment}`);
    if (dryRun || !yes) {
      const look = limit ?? LOOK;
      const found = await client.redrive({ dryRun: true, limit: look, signal });
      const more = limit === undefined && found.letters.length === look;
      if (dryRun || found.letters.length === 0 || signal.aborted) return redriveResult(found, run, more);
      progress.end();
      progress.warn(renderLetters(found.letters, run.now, createStyle(false)));
      const which = more ? "all dead letters" : deadLetters(found.letters.length);
      await ask.confirm({ action: `sending ${which} of ${run.environment} back`, yes });
      progress.begin(`sending dead letters of ${run.environment} back`);
    }
    return redriveResult(await client.redrive({ limit, signal }), run, false);
  },
});

interface Run {
  readonly stack: string;
  readonly environment: string;
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
  readonly now: Date;
}

function redriveResult(result: RedriveResult, run: Run, more: boolean): CommandResult {
  const { letters, redriven } = result;
  return {
    schema: "slipway.artefact-redrive.v1",
    data: {
      stack: run.stack,
      letters: letters.map(letterJson),
      complete: !more && !run.signal.aborted,
      redriven,
      dry_run: run.dryRun,
    },
    text: (style) =>
      [
        ...(letters.length === 0 ? [] : [renderLetters(letters, run.now, style)]),
        ...(more ? ["and maybe more; --limit shows them"] : []),
        ending(result, run),
      ].join("\n"),
    exitCode: run.signal.aborted ? exitCodes.interrupted : exitCodes.ok,
  };
}

function ending({ letters, redriven }: RedriveResult, { environment, dryRun, signal }: Run): string {
  if (signal.aborted) return `stopped after sending ${deadLetters(redriven)} back to the queue of ${environment}`;
  if (letters.length === 0) return `${environment} has no dead letters`;
  return dryRun
    ? `would send ${deadLetters(letters.length)} back to the queue of ${environment}; nothing was written`
    : `sent ${deadLetters(redriven)} back to the queue of ${environment}`;
}

const deadLetters = (count: number): string => `${count} dead letter${count === 1 ? "" : "s"}`;

const renderLetters = (letters: readonly ExplainedLetter[], now: Date, style: Style): string =>
  [
    renderTable(
      ["SENT", "ATTEMPTS", "KEYS", "REASON"],
      letters
        .slice(0, LOOK)
        .map(({ keys, sentAt, failure, messageId }) => [
          sentAt === undefined ? "" : moment(sentAt, now),
          failure === undefined ? "" : String(failure.attempts),
          keys.join(", ") || `none (message ${messageId})`,
          failure?.reason ?? "not recorded",
        ]),
      style,
    ),
    ...(letters.length > LOOK ? [`and ${letters.length - LOOK} more`] : []),
  ].join("\n");
