import { redriveLetters } from "@slipway/aws-runtime";
import {
  InvalidInputError,
  type Clock,
  type DeadLetters,
  type EventPublisher,
  type Identity,
  type IdSource,
} from "@slipway/core";
import { REPLAY_MESSAGE, type EventType, type ReplayMessage } from "../contract";
import { findOverdue } from "../core/deadlines";
import { JobNotFoundError } from "../core/errors";
import { jobIdOf } from "../core/ids";
import { subjectOf, type Job } from "../core/job";
import { findConflicts } from "../core/matching";
import type { JobLedger } from "../core/ports";
import { pipelineOf, type Row } from "../core/rows";
import { isGivenUp, settlementOf } from "../core/settlement";
import type { EgressClient, EgressStatus, JobReport, ReplayInput } from "../egress-client";
import type { PlanDependencies } from "./dependencies";
import { dismiss } from "./dismiss";
import { jobsSince } from "./jobs-of-day";
import { letterReader } from "./letters";
import { list } from "./list-jobs";
import { planFlag } from "./plan-flag";

/** What a client works with. */
export interface ClientDependencies extends PlanDependencies {
  /** Name of the data egress. */
  readonly name: string;
  readonly ledger: JobLedger;
  readonly replays: { replay(request: ReplayMessage): Promise<void> };
  readonly deadLetters: DeadLetters;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly events: EventPublisher<EventType>;
  /** Who uses it. */
  readonly identity: Identity;
}

const DEFAULT_DAYS = 7;
const DAY = 24 * 3600 * 1000;

/** Creates a client of one data egress. */
export const createEgressClient = (deps: ClientDependencies): EgressClient => ({
  rows: () => deps.rows.all(),
  list: (input = {}) => list(deps, input),
  show: (jobId) => show(deps, jobId),
  plan: ({ bucket, key, at }) => planFlag(deps, { bucket, key, at: at ?? deps.clock.now().toISOString() }),
  replay: (input) => replay(deps, input),
  status: (days = DEFAULT_DAYS) => status(deps, days),
  redrive: (options = {}) => redriveLetters(deps.deadLetters, options, letterReader(deps)),
  dismiss: (input) => dismiss(deps, input),
});

async function show({ ledger }: ClientDependencies, jobId: string): Promise<JobReport> {
  const job = await ledger.find(jobId);
  if (job === undefined) throw new JobNotFoundError(jobId);
  const receipts = await ledger.receipts(jobId);
  const settlement = isGivenUp(job)
    ? settlementOf(job, await jobsSince(ledger, job.createdAt.slice(0, 10)))
    : undefined;
  if (job.planned === undefined) return { job, receipts, missing: 0, settlement };
  const plan = await ledger.plan(jobId, job.planned.planId);
  return { job, plan, receipts, missing: Math.max(0, job.planned.deliveries - receipts.length), settlement };
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
    requested_by: (await deps.identity.whoami()).id,
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
      last: jobs.find((job) => subjectOf(job)?.pipeline === pipeline),
    };
  });
  const settled = jobs.filter(isGivenUp).map((job) => ({ job, settlement: settlementOf(job, jobs) }));
  return {
    pipelines,
    overdue,
    open: jobs.filter(({ status: is }) => is === "Running" || is === "Waiting"),
    refused: settled.flatMap(({ job, settlement }) => (job.status === "Refused" && !settlement ? [job] : [])),
    superseded: settled.flatMap(({ job, settlement }) =>
      settlement?.kind === "superseded" ? [{ job, by: settlement.jobId }] : [],
    ),
    conflicts: findConflicts(known),
    badRows: items.flatMap((item) => (item.ok ? [] : [item])),
  };
}

const describe = ({ transferType, recipient }: Row): string => `${transferType} ${recipient}`;
