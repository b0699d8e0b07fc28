import { removeLetters, ServiceUnreachableError } from "@slipway/aws-runtime";
import { InvalidInputError } from "@slipway/core";
import { EVENT_TYPES } from "../contract";
import { JobNotFoundError, NotGivenUpError } from "../core/errors";
import type { Dismissal, Job } from "../core/job";
import { isGivenUp, settlementOf } from "../core/settlement";
import type { Dismissed, DismissInput } from "../egress-client";
import type { ClientDependencies } from "./client";
import { jobsOfLetter, letterReader } from "./letters";
import { list } from "./list-jobs";

/**
 * Lays to rest what was given up: the ledger keeps who said so, when and why; then its dead letters go. Broken off in between it
 * can be said again, and the first reason stays; where nothing was left to do, nothing is written or told.
 */
export async function dismiss(deps: ClientDependencies, input: DismissInput): Promise<Dismissed> {
  const reason = input.reason.trim();
  if (reason === "") throw new InvalidInputError("reason", "is blank", "say why nobody needs it any more");
  const dryRun = input.dryRun === true;
  const given = await givenUp(deps, input);
  const dismissal = { by: (await deps.identity.whoami()).id, reason, at: deps.clock.now().toISOString() };
  const found = dryRun ? given : await keep(deps, given, dismissal);
  const isOurs = ({ dismissed }: Job): boolean => dismissed === undefined || isSame(dismissed, dismissal);
  const jobs = found.filter(isOurs);
  const already = found.filter((job) => !isOurs(job));
  // Before the letters go: broken off after them, saying it again would find nothing left to tell of.
  if (!dryRun) await tell(deps, jobs);
  const letters = await removeOf(deps, found, dismissal, input);
  if (found.length + letters.length === 0 && input.settled !== true)
    throw new JobNotFoundError(input.id ?? "of that flag that was given up");
  // What was broken off before: whether that one told of it is not known.
  if (!dryRun && letters.length > 0) await tell(deps, already);
  return { jobs, already, letters };
}

const isSame = (one: Dismissal, other: Dismissal): boolean =>
  one.by === other.by && one.at === other.at && one.reason === other.reason;

async function givenUp(deps: ClientDependencies, { id, flag, settled }: DismissInput): Promise<readonly Job[]> {
  if (settled === true) {
    const jobs = await list(deps, { limit: Number.POSITIVE_INFINITY });
    return jobs.filter((job) => isGivenUp(job) && settlementOf(job, jobs)?.kind === "superseded");
  }
  if (flag !== undefined) {
    const jobs = (await list(deps, { limit: Number.POSITIVE_INFINITY })).filter(
      (job) => job.flag.bucket === flag.bucket && job.flag.key === flag.key,
    );
    const found = jobs.filter(isGivenUp);
    const [newest] = jobs;
    if (found.length === 0 && newest !== undefined) throw new NotGivenUpError(newest.jobId, newest.status);
    return found;
  }
  if (id === undefined)
    throw new InvalidInputError("id", "is not given, nor is a flag", "name a job, a letter or a flag");
  const job = await deps.ledger.find(id);
  if (job !== undefined && !isGivenUp(job)) throw new NotGivenUpError(id, job.status);
  return job === undefined ? [] : [job];
}

async function keep(deps: ClientDependencies, jobs: readonly Job[], dismissal: Dismissal): Promise<readonly Job[]> {
  const kept: Job[] = [];
  for (const { jobId } of jobs) {
    const job = await deps.ledger.dismiss(jobId, dismissal);
    // Somebody has sent it back to the queue meanwhile.
    if (job === undefined) throw new NotGivenUpError(jobId, (await deps.ledger.find(jobId))?.status ?? "gone");
    kept.push(job);
  }
  return kept;
}

/** Letters of these jobs, with `settled` of all that are at rest; or the one of that id, where no job is known of it. */
async function removeOf(
  deps: ClientDependencies,
  jobs: readonly Job[],
  dismissal: Dismissal,
  { id, settled, dryRun }: DismissInput,
) {
  const ids = new Set(jobs.map(({ jobId }) => jobId));
  const read = letterReader(deps);
  return removeLetters(deps.deadLetters, { dryRun }, async (letter) => {
    const { flags, jobs: own } = await jobsOfLetter(deps, letter.body);
    // As the ledger has it now: one that was redriven meanwhile, and given up once more, needs somebody.
    const isAtRest = ({ jobId, status, dismissed }: Job): boolean =>
      status === "Succeeded" || dismissed !== undefined || (dryRun === true && ids.has(jobId));
    const isWanted = settled === true ? isAtRest : ({ jobId }: Job): boolean => ids.has(jobId);
    const isTheirs = own.length > 0 && own.length === flags.length && own.every(isWanted);
    const isItself = own.length === 0 && letter.messageId === id;
    const told = await read(letter);
    if (isItself && dryRun !== true) await tellOfLetter(deps, letter.messageId, dismissal);
    return { told, isUnwanted: isTheirs || isItself };
  });
}

async function tell({ events, name }: ClientDependencies, jobs: readonly Job[]): Promise<void> {
  for (const { jobId, correlationId, flag, dismissed } of jobs) {
    const detail = {
      data_egress: name,
      job_id: jobId,
      correlation_id: correlationId,
      flag: `s3://${flag.bucket}/${flag.key}`,
      reason: dismissed?.reason,
      dismissed_by: dismissed?.by,
    };
    await events.publish({ type: EVENT_TYPES.dismissed, detail });
  }
}

/** The ledger knows nothing of such a letter: where the event cannot be sent, it stays. */
async function tellOfLetter({ events, name }: ClientDependencies, messageId: string, { by, reason }: Dismissal) {
  const detail = { data_egress: name, message_id: messageId, reason, dismissed_by: by };
  const problem = await events.publish({ type: EVENT_TYPES.dismissed, detail });
  if (problem !== undefined) throw new ServiceUnreachableError("events:PutEvents", problem);
}
