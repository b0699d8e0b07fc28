import type { Job, JobReport, Status } from "@slipway/data-egress/library";
import { size } from "../render/size";
import type { Format, Style } from "../render/style";
import { renderTable } from "../render/table";
import { moment } from "../render/time";
import { addressOf } from "./flags";

const FORMATS: Readonly<Record<Status, Format>> = {
  Running: "yellow",
  Waiting: "yellow",
  Succeeded: "green",
  Failed: "red",
  Refused: "red",
};

/** Characters of a checksum that tell files apart for people; JSON has all of it. */
const SHOWN = 12;

/** Jobs, one a line. */
export const renderJobs = (jobs: readonly Job[], now: Date, style: Style): string =>
  renderTable(
    ["SINCE", "PIPELINE", "DATE", "STATUS", "FILES", "SIZE", "JOB", "NOTE"],
    jobs.map((job) => [
      moment(job.createdAt, now),
      job.planned?.pipeline ?? "-",
      job.planned?.moment.date ?? "-",
      style(FORMATS[job.status], job.status),
      String(job.planned?.files ?? "-"),
      job.planned === undefined ? "-" : size(job.planned.bytes),
      job.jobId,
      job.reason ?? (job.requestedBy === undefined ? "" : `replay for ${job.requestedBy}`),
    ]),
    style,
  );

/** A job with its receipts. */
export function renderReport({ job, receipts, missing }: JobReport, now: Date, style: Style): string {
  const { flag, status, planned, attempts } = job;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ["flag", `${addressOf(flag)}, put ${moment(flag.at, now)}`],
    ["status", `${style(FORMATS[status], status)} since ${moment(job.updatedAt, now)}, attempt ${attempts}`],
    ["reason", job.reason && `${job.reason} (${job.code ?? ""})`],
    ["replay", job.requestedBy && `for ${job.requestedBy}`],
    ["pipeline", planned && `${planned.pipeline} of ${planned.moment.date}`],
    ["files", planned && `${planned.files}, ${size(planned.bytes)}`],
    ["receipts", planned && `${receipts.length} of ${planned.deliveries}${missing > 0 ? `, ${missing} missing` : ""}`],
  ];
  const lines = facts.flatMap(([name, value]) => (value === undefined || value === "" ? [] : [[name, value]]));
  const table = renderTable(
    ["DELIVERED", "RECIPIENT", "TARGET", "SIZE", "SHA-256", "ANSWER"],
    receipts.map(({ deliveredAt, recipient, target, bytes, sha256, answer }) => [
      moment(deliveredAt, now),
      recipient,
      target,
      size(bytes),
      sha256.slice(0, SHOWN),
      answer,
    ]),
    style,
  );
  return [renderTable(["JOB", job.jobId], lines, style), ...(receipts.length === 0 ? [] : ["", table])].join("\n");
}
