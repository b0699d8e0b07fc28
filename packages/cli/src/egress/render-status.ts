import type { EgressStatus, Job, LostFlag, PipelineStatus } from "@slipway/data-egress/library";
import type { Style } from "../render/style";
import { renderTable } from "../render/table";
import { moment } from "../render/time";
import { addressOf } from "./flags";
import { describeConflict } from "./conflicts";
import { retryOf } from "./render-jobs";
import { renderLetters } from "./render-letters";

/** How the data egress of a stack fares: a line for each pipeline, then what needs somebody. */
export function renderStatus(
  stack: string,
  { pipelines, open, refused, superseded, badRows, conflicts }: EgressStatus,
  letters: readonly LostFlag[],
  now: Date,
  style: Style,
): string {
  const section = (lines: readonly string[]): readonly string[] => (lines.length === 0 ? [] : ["", ...lines]);
  return [
    renderTable(
      ["PIPELINE", "TO", "DUE", "LAST", "STATUS", "FILES", "NOTE"],
      pipelines.map((pipeline) => pipelineCells(pipeline, now, style)),
      style,
    ),
    ...section(open.map((job) => `${style("yellow", job.status.toLowerCase())} ${about(job)}${retryOf(job, now)}`)),
    ...section(refused.map((job) => `${style("red", "refused")} ${about(job)}`)),
    ...section(superseded.map(({ job, by }) => `superseded by job ${by}, which has sent the folder: ${about(job)}`)),
    ...section(
      badRows.map(({ name, problems: [first] }) => {
        return `${style("red", "bad row")} ${name}: [${first?.field ?? ""}] ${first?.problem ?? "cannot be used"}`;
      }),
    ),
    ...section(conflicts.map((conflict) => `${style("red", "conflict")} ${describeConflict(conflict)}`)),
    ...(letters.length === 0 ? [] : ["", style("red", "dead letters"), renderLetters(letters, now, style)]),
    ...(letters.some(({ settlement }) => settlement !== undefined) ? [takeAway(stack)] : []),
  ].join("\n");
}

/** Letters stay until somebody takes them away, and with them their alarm. */
const takeAway = (stack: string): string =>
  "to take the letters away that need nobody any more, and end their alarm: " +
  `slipway egress dismiss --settled --reason "sent since" --stack ${stack}`;

const about = ({ flag, reason, jobId }: Job): string =>
  `${addressOf(flag)}, job ${jobId}${reason === undefined ? "" : `: ${reason}`}`;

function pipelineCells(
  { pipeline, recipients, expectedBy, overdue, last }: PipelineStatus,
  now: Date,
  style: Style,
): readonly string[] {
  return [
    pipeline,
    recipients.join(", "),
    expectedBy ?? "",
    last === undefined ? "-" : moment(last.updatedAt, now),
    overdue ? style("red", "OVERDUE") : (last?.status ?? "-"),
    String(last?.planned?.files ?? "-"),
    last?.reason ?? "",
  ];
}
