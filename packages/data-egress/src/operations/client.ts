import { redriveLetters } from "@slipway/aws-runtime";
import { InvalidInputError, type Clock, type DeadLetter, type DeadLetters, type IdSource } from "@slipway/core";
import { REPLAY_MESSAGE, type ReplayMessage } from "../contract";
import { isDate } from "../core/dates";
import { findOverdue } from "../core/deadlines";
import { JobNotFoundError } from "../core/errors";
import { jobIdOf } from "../core/ids";
import type { Job } from "../core/job";
import { parseMessage } from "../core/messages";
import type { JobLedger } from "../core/ports";
import { pipelineOf, type Row } from "../core/rows";
import type { EgressClient, EgressStatus, JobReport, ListJobsInput, LostFlag, ReplayInput } from "../egress-client";
import type { PlanDependencies } from "./dependencies";
import { jobsSince } from "./jobs-of-day";
import { planFlag } from "./plan-flag";

/** What a client works with. */
export interface ClientDependencies extends PlanDependencies {
  readonly ledger: JobLedger;
  readonly replays: { replay(request: ReplayMessage): Promise<void> };
  readonly deadLetters: DeadLetters;
  readonly clock: Clock;
  readonly ids: IdSource;
  /** Who uses it. */
  readonly requestedBy: string;
}

const DEFAULT_LIMIT = 50;
const DEFAULT_DAYS = 7;
const PAGE = 100;
const DAY = 24 * 3600 * 1000;

/** Creates a client of one data egress. */
export const createEgressClient = (deps: ClientDependencies): EgressClient => ({
  rows: () => deps.rows.all(),
  list: (input = {}) => list(deps, input),
  show: (jobId) => show(deps, jobId),
  plan: ({ bucket, key, at }) => planFlag(deps, { bucket, key, at: at ?? deps.clock.now().toISOString() }),
  replay: (input) => replay(deps, input),
  status: (days = DEFAULT_DAYS) => status(deps, days),
  redrive: (options = {}) => redriveLetters(deps.deadLetters, options, (letter) => explain(deps, letter)),
});

async function list({ ledger }: ClientDependencies, input: ListJobsInput): Promise<readonly Job[]> {
  const { pipeline, date, status: wanted, limit = DEFAULT_LIMIT } = input;
  if (date !== undefined && !isDate(date)) throw new InvalidInputError("date", `${date} is no day like 2024-12-31`);
  const found: Job[] = [];
  let before: string | undefined;
  for (;;) {
    const page = await ledger.list({ limit: PAGE, before });
    found.push(
      ...page.filter(
        ({ planned, status: is }) =>
          (pipeline === undefined || planned?.pipeline === pipeline) &&
          (date === undefined || planned?.moment.date === date) &&
          (wanted === undefined || is === wanted),
      ),
    );
    before = page.at(-1)?.createdAt;
    if (found.length >= limit || page.length < PAGE) return found.slice(0, limit);
  }
}

async function show({ ledger }: ClientDependencies, jobId: string): Promise<JobReport> {
  const job = await ledger.find(jobId);
  if (job === undefined) throw new JobNotFoundError(jobId);
  const receipts = await ledger.receipts(jobId);
  if (job.planned === undefined) return { job, receipts, missing: 0 };
  const plan = await ledger.plan(jobId, job.planned.planId);
  return { job, plan, receipts, missing: Math.max(0, job.planned.deliveries - receipts.length) };
}

async function replay(deps: ClientDependencies, input: ReplayInput) {
  const of = await jobToReplay(deps, input);
  const planned = await planFlag(deps, of.flag);
  if (input.dryRun === true) return { of, planned };
  const replayId = deps.ids.next();
  await deps.replays.replay({
    type: REPLAY_MESSAGE,
    job_id: of.jobId,
    replay_id: replayId,
    requested_by: deps.requestedBy,
  });
  return { of, planned, jobId: jobIdOf({ ...of.flag, replayId }) };
}

async function jobToReplay(deps: ClientDependencies, { jobId, pipeline, date }: ReplayInput): Promise<Job> {
  if (jobId !== undefined) return (await show(deps, jobId)).job;
  if (pipeline === undefined || date === undefined) {
    throw new InvalidInputError(
      "jobId",
      "is not given, nor are pipeline and date both",
      "name a job, or a day's pipeline",
    );
  }
  const jobs = await list(deps, { pipeline, date, limit: Number.POSITIVE_INFINITY });
  const job = jobs.find(({ status: is }) => is === "Succeeded") ?? jobs[0];
  if (job === undefined) throw new JobNotFoundError(`of ${pipeline} for ${date}`);
  return job;
}

async function status({ rows, ledger, clock }: ClientDependencies, days: number): Promise<EgressStatus> {
  const now = clock.now();
  const since = new Date(now.getTime() - (days - 1) * DAY).toISOString().slice(0, 10);
  const [items, jobs] = [await rows.all(), await jobsSince(ledger, since)];
  const known = items.flatMap((item) => (item.ok ? [item.row] : []));
  const overdue = findOverdue(known, jobs, now.toISOString());
  const pipelines = [...new Set(known.map(pipelineOf))].sort().map((pipeline) => {
    const own = known.filter((row) => pipelineOf(row) === pipeline);
    return {
      pipeline,
      recipients: own.map(describe),
      expectedBy: own.find(({ expectedBy }) => expectedBy !== undefined)?.expectedBy,
      overdue: overdue.some((each) => each.pipeline === pipeline),
      last: jobs.find(({ planned }) => planned?.pipeline === pipeline),
    };
  });
  return {
    pipelines,
    overdue,
    open: jobs.filter(({ status: is }) => is === "Running" || is === "Waiting"),
    refused: jobs.filter(({ status: is }) => is === "Refused"),
    badRows: items.flatMap((item) => (item.ok ? [] : [item])),
  };
}

const describe = ({ transferType, recipient }: Row): string => `${transferType} ${recipient}`;

async function explain({ ledger }: ClientDependencies, { messageId, body, sentAt }: DeadLetter): Promise<LostFlag> {
  const parsed = parseMessage(body);
  if (parsed.kind === "ignored") return { messageId, sentAt };
  if (parsed.kind === "unreadable") {
    return { messageId, sentAt, failure: { code: "unreadable-message", reason: parsed.problem } };
  }
  const [flag] = parsed.kind === "flags" ? parsed.flags : [];
  const replayed = parsed.kind === "replay" ? await ledger.find(parsed.request.job_id) : undefined;
  const meant =
    flag ?? (replayed && parsed.kind === "replay" && { ...replayed.flag, replayId: parsed.request.replay_id });
  if (!meant) return { messageId, sentAt };
  const job = await ledger.find(jobIdOf(meant));
  const { code, reason } = job ?? {};
  return {
    messageId,
    sentAt,
    flag: `s3://${meant.bucket}/${meant.key}`,
    ...(code !== undefined && { failure: { code, reason: reason ?? "" } }),
  };
}
