import type { Job, JobReport, Status, Subject } from "@slipway/data-egress/library";
import { size } from "../render/size";
import type { Format, Style } from "../render/style";
import { renderTable } from "../render/table";
import { moment } from "../render/time";
import { addressOf } from "./flags";
import { settledAs } from "./render-letters";

const FORMATS: Readonly<Record<Status, Format>> = {
  Running: "yellow",
  Waiting: "yellow",
  Succeeded: "green",
  Failed: "red",
  Refused: "red",
};

/** Characters of a checksum that tell files apart for people; JSON has all of it. */
const SHOWN = 12;

/** Whose data a job is about: of its plan, or of the row that is for its folder. */
export const subjectOf = ({ planned, subject }: Job): Subject | undefined =>
  planned === undefined ? subject : { pipeline: planned.pipeline, date: planned.moment.date };

/** When a job that waits is tried again. */
export const retryOf = ({ status, retryAt }: Job, now: Date): string =>
  status === "Waiting" && retryAt !== undefined ? `, next attempt ${moment(retryAt, now)}` : "";

const noteOf = (job: Job, now: Date): string =>
  [
    job.dismissed && `dismissed by ${job.dismissed.by}: ${job.dismissed.reason}`,
    job.reason && `${job.reason}${retryOf(job, now)}`,
    job.requestedBy && `replay for ${job.requestedBy}`,
  ].find((note) => note !== undefined && note !== "") ?? "";

/** That a job was dismissed before, by whom, when and why. */
export const renderDismissal = ({ jobId, dismissed }: Job, now: Date): string =>
  `job ${jobId} was dismissed already${dismissed === undefined ? "" : `, by ${dismissed.by}, ${moment(dismissed.at, now)}: ${dismissed.reason}`}`;

/** Jobs, one a line. */
export const renderJobs = (jobs: readonly Job[], now: Date, style: Style): string =>
  renderTable(
    ["SINCE", "PIPELINE", "DATE", "STATUS", "FILES", "SIZE", "JOB", "NOTE"],
    jobs.map((job) => [
      moment(job.createdAt, now),
      subjectOf(job)?.pipeline ?? "-",
      subjectOf(job)?.date ?? "-",
      style(FORMATS[job.status], job.status),
      String(job.planned?.files ?? "-"),
      job.planned === undefined ? "-" : size(job.planned.bytes),
      job.jobId,
      noteOf(job, now),
    ]),
    style,
  );

/** A job with its receipts. */
export function renderReport({ job, receipts, missing, settlement }: JobReport, now: Date, style: Style): string {
  const { flag, status, planned, attempts, dismissed } = job;
  const subject = subjectOf(job);
  const facts: readonly (readonly [string, string | undefined])[] = [
    ["flag", `${addressOf(flag)}, put ${moment(flag.at, now)}`],
    [
      "status",
      `${style(FORMATS[status], status)} since ${moment(job.updatedAt, now)}, attempt ${attempts}${retryOf(job, now)}`,
    ],
    ["reason", job.reason && `${job.reason} (${job.code ?? ""})`],
    ["dismissed", dismissed && `by ${dismissed.by}, ${moment(dismissed.at, now)}: ${dismissed.reason}`],
    ["settled", settlement?.kind === "superseded" ? settledAs(settlement) : undefined],
    ["replay", job.requestedBy && `for ${job.requestedBy}`],
    ["pipeline", subject?.pipeline && `${subject.pipeline} of ${subject.date}`],
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
