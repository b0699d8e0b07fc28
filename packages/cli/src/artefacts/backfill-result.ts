import type { BackfillResult, Difference } from "@slipway/artefact-promotion/library";
import type { CommandResult } from "../command";
import { exitCodes, type ExitCode } from "../exit-codes";
import { inLine } from "../render/printable";
import { size } from "../render/size";
import type { Style } from "../render/style";
import { moreLines, renderDifferences } from "./differences";
import { backfillJson, countsJson, differenceJson } from "./json";

/** What of the command line and its surroundings decides how the end of a backfill is told. */
export interface BackfillRun {
  readonly stack: string;
  readonly environment: string;
  readonly dryRun: boolean;
  /** Whether the queue was waited for. */
  readonly wait: boolean;
  /** Whether Ctrl-C came before the end. */
  readonly interrupted: boolean;
  /** Differences that a dry run lists. */
  readonly listed: readonly Difference[];
  /** The prefix that was asked for, when no key of the source begins with it. */
  readonly unmatched: { readonly prefix: string; readonly source: string } | undefined;
  readonly now: Date;
}

type Ending = "planned" | "nothing" | "stopped" | "copied" | "handed-over" | "partly" | "stopped-waiting";

const exitCodeByEnding: Readonly<Record<Ending, ExitCode>> = {
  planned: exitCodes.ok,
  nothing: exitCodes.ok,
  stopped: exitCodes.interrupted,
  copied: exitCodes.ok,
  "handed-over": exitCodes.ok,
  partly: exitCodes.attention,
  "stopped-waiting": exitCodes.interrupted,
};

/** How a backfill ended. */
export function backfillResult(result: BackfillResult, run: BackfillRun): CommandResult {
  const ending = endingOf(result, run);
  const { planned, counts, job } = result;
  return {
    schema: "slipway.artefact-backfill.v1",
    data: {
      stack: run.stack,
      outcome: ending.replaceAll("-", "_"),
      planned,
      ...(run.dryRun && { differences: run.listed.map(differenceJson) }),
      counts: countsJson(counts),
      job: job ? backfillJson(job) : null,
      dry_run: run.dryRun,
    },
    text: (style) => [...list(result, run, style), ...sentences[ending](result, run)].join("\n"),
    exitCode: exitCodeByEnding[ending],
  };
}

function endingOf({ job, planned, counts }: BackfillResult, { dryRun, wait, interrupted }: BackfillRun): Ending {
  if (job === undefined) return dryRun && !interrupted ? "planned" : "stopped";
  if (job.status !== "finished") return "stopped";
  // One that goes on may have handed everything over before.
  if (planned.artefacts === 0 && (planned.mode === "direct" || job.counts.queued === 0)) return "nothing";
  if (planned.mode === "direct") return counts.queued > 0 ? "partly" : "copied";
  return wait && interrupted ? "stopped-waiting" : "handed-over";
}

const list = ({ planned }: BackfillResult, { listed, now }: BackfillRun, style: Style): readonly string[] =>
  listed.length === 0 ? [] : [renderDifferences(listed, now, style), ...moreLines(listed.length, planned.artefacts)];

const nothingToDo = ({ environment, unmatched }: BackfillRun): string =>
  unmatched === undefined
    ? `${environment} has everything`
    : `no key of ${unmatched.source} begins with ${inLine(unmatched.prefix)}: there is nothing to copy`;

const sentences: Readonly<Record<Ending, (result: BackfillResult, run: BackfillRun) => readonly string[]>> = {
  planned: ({ planned }, run) => [
    planned.artefacts === 0
      ? nothingToDo(run)
      : `would copy ${amount(planned)} to ${run.environment}${planned.mode === "queued" ? " through the queue" : ""}; nothing was written`,
  ],
  nothing: (_result, run) => [nothingToDo(run)],
  stopped: ({ job, counts, planned }, { stack }) =>
    job === undefined
      ? ["stopped while comparing: nothing was copied"]
      : [
          planned.mode === "direct"
            ? `stopped: ${counts.promoted + counts.queued} of ${planned.artefacts} artefacts are done with`
            : `stopped: ${counts.queued} of ${planned.artefacts} artefacts are in the queue, which goes on by itself`,
          `to go on: slipway artefacts backfill --stack ${stack} --resume ${job.id}`,
        ],
  copied: ({ counts }, { environment }) => [
    `copied ${amount({ artefacts: counts.promoted, bytes: counts.bytes })} to ${environment}, proven equal`,
    ...(counts.skipped === 0 ? [] : [`${counts.skipped} were there by then, gone or held`]),
  ],
  "handed-over": ({ counts, job }, { stack, environment, wait }) => [
    `${(job ?? { counts }).counts.queued} artefacts ${wait ? "went through" : "are in"} the queue of ${environment}`,
    `to see what is left: slipway artefacts diff --stack ${stack}`,
  ],
  partly: ({ counts }, { stack, environment }) => [
    `copied ${amount({ artefacts: counts.promoted, bytes: counts.bytes })} to ${environment}, proven equal`,
    `${counts.queued} failed and are in the queue, which tries again and keeps the reasons`,
    `to see what it gives up: slipway artefacts redrive --stack ${stack} --dry-run`,
  ],
  "stopped-waiting": (_result, { stack, environment }) => [
    `stopped waiting for the queue of ${environment}, which goes on by itself`,
    `to see what is left: slipway artefacts diff --stack ${stack}`,
  ],
};

/** `3 artefacts (1.2 MB)`. */
export const amount = ({ artefacts, bytes }: { readonly artefacts: number; readonly bytes: number }): string =>
  `${artefacts} artefact${artefacts === 1 ? "" : "s"} (${size(bytes)})`;
