import type { EgressStatus, JobReport, LostFlag, Receipt } from "@slipway/data-egress/library";
import { defineCommand, type CommandResult } from "../../command";
import type { CommandContext } from "../../context";
import { conflictJson } from "../../egress/conflicts";
import { findJobs } from "../../egress/find-job";
import { badRowJson, jobJson, letterJson, receiptJson, settlementJson } from "../../egress/json";
import { openEgress, type OpenEgress } from "../../egress/open-egress";
import { jobPosition } from "../../egress/options";
import { renderReport } from "../../egress/render-jobs";
import { renderStatus } from "../../egress/render-status";
import { exitCodes } from "../../exit-codes";
import { requireCount } from "../../options/require-count";
import { LOOK } from "../../redrive/run-redrive";
import { stackOption } from "../../stack/options";

export const command = defineCommand({
  describe: "Say how pipelines fare, what is overdue or was given up; of one job, its receipts",
  mutates: false,
  positionals: jobPosition,
  options: { ...stackOption, days: { type: "number", default: 7, describe: "Days that are looked back" } },
  examples: [
    ["slipway egress status --stack production", "Pipelines, overdue flags, dead letters"],
    ["slipway egress status dataegress/cbol/2024-12-31/ --stack production", "What recipients have, with receipts"],
  ],
  run: async ({ stack, job, days }, context) => {
    requireCount("days", days);
    const egress = await openEgress(stack, context);
    return job === undefined ? overall(stack, days, egress, context) : ofJob(stack, job, egress, context);
  },
});

async function ofJob(
  stack: string,
  given: string,
  egress: OpenEgress,
  context: CommandContext,
): Promise<CommandResult> {
  const { newest, sent } = await findJobs(given, egress, context);
  const report = await reportOf(newest, egress);
  // What the recipients have is of an earlier job, where the newest has not sent the folder.
  const before = sent === undefined || sent === newest ? undefined : await reportOf(sent, egress);
  const now = context.clock.now();
  const needsSomebody = report.settlement === undefined && ["Failed", "Refused"].includes(report.job.status);
  return {
    schema: "slipway.egress-job.v1",
    data: {
      stack,
      data_egress: egress.name,
      ...reportJson(report),
      before: before === undefined ? null : reportJson(before),
    },
    text: (style) =>
      [
        renderReport(report, now, style),
        ...(before === undefined ? [] : ["", "sent before that:", renderReport(before, now, style)]),
      ].join("\n"),
    exitCode: needsSomebody ? exitCodes.attention : exitCodes.ok,
  };
}

/** A job with its receipts in order. */
async function reportOf(jobId: string, { client }: OpenEgress): Promise<JobReport> {
  const report = await client.show(jobId);
  return { ...report, receipts: report.receipts.toSorted(byTarget) };
}

const reportJson = ({ job, receipts, missing, settlement }: JobReport): Record<string, unknown> => ({
  job: jobJson(job),
  receipts: receipts.map(receiptJson),
  missing,
  settlement: settlementJson(settlement),
});

/** Whoever looks for one file of many reads them in order; the ledger has none. */
const byTarget = (a: Receipt, b: Receipt): number =>
  a.recipient.localeCompare(b.recipient) || a.target.localeCompare(b.target);

async function overall(
  stack: string,
  days: number,
  { client, name }: OpenEgress,
  { clock, signal }: CommandContext,
): Promise<CommandResult> {
  const status = await client.status(days);
  // Only a look; the queue tells no other way why it gave something up.
  const { letters } = await client.redrive({ dryRun: true, limit: LOOK, signal });
  const now = clock.now();
  return {
    schema: "slipway.egress-status.v1",
    data: { stack, data_egress: name, ...statusJson(status), dead_letters: letters.map(letterJson) },
    text: (style) => renderStatus(stack, status, letters, now, style),
    exitCode: needsSomebody(status, letters) ? exitCodes.attention : exitCodes.ok,
  };
}

/** Refused flags are dead letters until somebody redrives or dismisses them, so they are not counted twice. */
const needsSomebody = ({ overdue, badRows, conflicts }: EgressStatus, letters: readonly LostFlag[]): boolean =>
  overdue.length + badRows.length + conflicts.length > 0 || letters.some(({ settlement }) => settlement === undefined);

const statusJson = ({
  pipelines,
  overdue,
  open,
  refused,
  superseded,
  badRows,
  conflicts,
}: EgressStatus): Record<string, unknown> => ({
  pipelines: pipelines.map(({ pipeline, recipients, expectedBy, overdue: isOverdue, last }) => ({
    pipeline,
    recipients,
    expected_by: expectedBy ?? null,
    overdue: isOverdue,
    last: last === undefined ? null : jobJson(last),
  })),
  overdue: overdue.map(({ pipeline, expectedBy, date }) => ({ pipeline, expected_by: expectedBy, date })),
  open: open.map(jobJson),
  refused: refused.map(jobJson),
  superseded: superseded.map(({ job, by }) => ({ ...jobJson(job), superseded_by: by })),
  bad_rows: badRows.map(badRowJson),
  conflicts: conflicts.map(conflictJson),
});
