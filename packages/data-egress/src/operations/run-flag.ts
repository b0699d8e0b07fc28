import { retryDelaySeconds } from "@slipway/aws-runtime";
import { gzipSync } from "node:zlib";
import { controlText, filesOf, madeDelivery, manifestText, type Delivery } from "../core/deliveries";
import { StoppedError, LeaseLostError } from "../core/errors";
import type { Flag } from "../core/flags";
import { jobIdOf } from "../core/ids";
import { STOPPED, type Failure, type Job, type Receipt } from "../core/job";
import type { Plan, Refusal, Way } from "../core/plan";
import type { ReceivedMessage } from "../core/ports";
import { EVENT_TYPES, METRICS } from "../contract";
import type { ServiceDependencies } from "./dependencies";
import { encryptManifest } from "./encrypt-manifest";
import { hiddenSeconds, startHeartbeat } from "./heartbeat";
import type { LeaseWatch } from "./lease-watch";
import { planFlag } from "./plan-flag";
import { failureOf, send, type FailedDelivery } from "./send";

/** What becomes of a flag's message. */
export type Outcome =
  | { readonly kind: "done" }
  /** It comes again after so many seconds. */
  | { readonly kind: "later"; readonly seconds: number }
  /** It is given up. */
  | { readonly kind: "letter"; readonly failure: Failure; readonly jobId: string };

/** Whose flag it is, and what it came with. */
export interface FlagTask {
  readonly flag: Flag;
  readonly message: ReceivedMessage;
  readonly requestedBy?: string | undefined;
  /** Ends the work, because the process ends. */
  readonly signal: AbortSignal;
}

/** Does the job of a flag, or what is left of it. Never throws for what is wrong with the job itself. */
export async function runFlag(deps: ServiceDependencies, watch: LeaseWatch, task: FlagTask): Promise<Outcome> {
  const { ledger, ids, limits } = deps;
  const jobId = jobIdOf(task.flag);
  const seen = await ledger.find(jobId);
  if (seen?.status === "Succeeded") return { kind: "done" };
  if (seen?.status === "Running" && !watch.isSilent(seen)) return { kind: "later", seconds: lifeSeconds(limits.lease) };
  const { flag, requestedBy } = task;
  const job = await ledger.claim({ jobId, flag, correlationId: jobId, requestedBy }, seen, ids.next());
  if (job === undefined) return { kind: "later", seconds: lifeSeconds(limits.lease) };
  watch.forget(jobId);
  // Attempts that ended without a word count too: this job may be what kills its workers.
  if (job.attempts > limits.maxAttempts) {
    return end(deps, job, { code: "too-many-attempts", reason: `tried ${limits.maxAttempts} times without an end` });
  }
  return attempt(deps, task, job);
}

const lifeSeconds = (lease: number): number => Math.ceil(lease / 1000);

/** One attempt, under a lease that is kept. */
async function attempt(deps: ServiceDependencies, task: FlagTask, job: Job): Promise<Outcome> {
  const losing = new AbortController();
  const { jobId, lease } = job;
  await deps.queue.hide(task.message, hiddenSeconds(deps.limits.lease));
  const stopHeartbeat = startHeartbeat(deps, { jobId, lease, message: task.message }, () => losing.abort());
  try {
    return await sendJob(deps, job, AbortSignal.any([task.signal, losing.signal]));
  } catch (error) {
    if (error instanceof LeaseLostError || losing.signal.aborted) {
      return { kind: "later", seconds: lifeSeconds(deps.limits.lease) };
    }
    if (error instanceof StoppedError || task.signal.aborted) return putBack(deps, job);
    return end(deps, job, failureOf(error));
  } finally {
    await stopHeartbeat();
  }
}

/** The process ends: somebody else is to go on at once. */
async function putBack(deps: ServiceDependencies, job: Job): Promise<Outcome> {
  await deps.ledger.finish(job.jobId, job.lease, "Waiting", { code: STOPPED, reason: "the service was ending" });
  return { kind: "later", seconds: 0 };
}

async function sendJob(deps: ServiceDependencies, job: Job, signal: AbortSignal): Promise<Outcome> {
  const planned = await planJob(deps, job);
  if (planned.kind === "refused") return refuse(deps, job, planned.refusal);
  const { plan } = planned;
  const kept = await deps.ledger.receipts(job.jobId);
  const work = { deps, job, plan, signal, retried: job.lease.fence > 1 };
  const receipts = new Map(kept.map((receipt) => [receipt.id, receipt]));
  const failures: FailedDelivery[] = [];
  for (const way of plan.ways) failures.push(...(await sendWay(work, way, receipts)));
  const [first] = failures;
  if (first !== undefined) {
    for (const { recipient } of failures) deps.metrics.count({ [METRICS.failed]: 1 }, byRecipient(recipient));
    const more = failures.length === 1 ? "" : ` (and ${failures.length - 1} more)`;
    const failure = { code: first.code, reason: `${reasonOf(first)}${more}` };
    // What else failed may yet be sent, so a job is only refused once nothing but refusals is left.
    return first.refusal !== undefined && failures.every(({ refusal }) => refusal !== undefined)
      ? refuse(deps, job, { ...failure, hint: first.refusal })
      : end(deps, job, failure);
  }
  return succeed(deps, job, plan, [...receipts.values()]);
}

const byRecipient = (recipient: string) => ({ [METRICS.recipientDimension]: recipient });

const reasonOf = ({ target, reason }: FailedDelivery): string =>
  reason.includes(target) ? reason : `${target}: ${reason}`;

type PlannedJob =
  { readonly kind: "plan"; readonly plan: Plan } | { readonly kind: "refused"; readonly refusal: Refusal };

async function planJob(deps: ServiceDependencies, job: Job): Promise<PlannedJob> {
  const { ledger } = deps;
  if (job.planned !== undefined) return { kind: "plan", plan: await ledger.plan(job.jobId, job.planned.planId) };
  const planned = await planFlag(deps, job.flag);
  if (planned.kind === "refused") return planned;
  const summary = await ledger.savePlan(job.jobId, job.lease, planned.plan);
  if (summary === undefined) throw new LeaseLostError(job.jobId);
  deps.log.info("planned", {
    ...threadOf(job),
    pipeline: summary.pipeline,
    files: summary.files,
    bytes: summary.bytes,
    date: summary.moment.date,
  });
  return planned;
}

interface Work {
  readonly deps: ServiceDependencies;
  readonly job: Job;
  readonly plan: Plan;
  readonly signal: AbortSignal;
  readonly retried: boolean;
}

/** Sends the files of one way; then, and only if the recipient has all of them, what is made of their names. */
async function sendWay(work: Work, way: Way, receipts: Map<string, Receipt>): Promise<readonly FailedDelivery[]> {
  const { plan, job } = work;
  const thread = { jobId: job.jobId, correlationId: job.correlationId };
  const files = filesOf(plan, way, thread);
  const failures = await sendMissing(work, files, receipts);
  if (failures.length > 0) return failures;
  const made: Delivery[] = [];
  if (way.controlFile !== undefined) {
    made.push(madeDelivery("control", way, way.controlFile, { content: Buffer.from(controlText(way)) }, thread));
  }
  if (way.manifestFile !== undefined) {
    const manifest = await encryptManifest(work.deps.keys, way.row, gzipSync(manifestText(files, receipts)));
    made.push(madeDelivery("manifest", way, way.manifestFile, manifest, thread));
  }
  return sendMissing(work, made, receipts);
}

async function sendMissing(
  { deps, job, signal, retried }: Work,
  deliveries: readonly Delivery[],
  receipts: Map<string, Receipt>,
): Promise<readonly FailedDelivery[]> {
  const missing = deliveries.filter(({ id }) => !receipts.has(id));
  const delivered = async (receipt: Receipt): Promise<void> => {
    await deps.ledger.record(job.jobId, [receipt]);
    receipts.set(receipt.id, receipt);
    deps.metrics.count({ [METRICS.sent]: 1, [METRICS.sentBytes]: receipt.bytes }, byRecipient(receipt.recipient));
    deps.log.info("delivered", {
      ...threadOf(job),
      target: receipt.target,
      sha256: receipt.sha256,
      bytes: receipt.bytes,
      recipient: receipt.recipient,
      pipeline: receipt.pipeline,
    });
  };
  try {
    return await send(deps, missing, { signal, retried, delivered });
  } finally {
    await tidy(deps, job, deliveries, receipts);
  }
}

/** Takes off the volume what need not be there any more: what was decrypted must not outlive the attempt. */
async function tidy(
  { folders, log }: ServiceDependencies,
  job: Job,
  deliveries: readonly Delivery[],
  receipts: ReadonlyMap<string, Receipt>,
): Promise<void> {
  const byAgent = deliveries.filter(({ row }) => row.transferType === "SFT");
  for (const { id, row } of byAgent) {
    try {
      if (receipts.has(id)) await folders.forget(id);
      else await folders.withdraw(id);
    } catch (error) {
      if (!receipts.has(id) && row.decrypt) throw error;
      log.warn("the volume was not tidied", { ...threadOf(job), reason: failureOf(error).reason });
    }
  }
}

async function succeed(
  deps: ServiceDependencies,
  job: Job,
  plan: Plan,
  receipts: readonly Receipt[],
): Promise<Outcome> {
  if (!(await deps.ledger.finish(job.jobId, job.lease, "Succeeded"))) throw new LeaseLostError(job.jobId);
  const detail = {
    ...detailOf(deps, job),
    pipeline: plan.pipeline,
    files: receipts.length,
    bytes: receipts.reduce((sum, { bytes }) => sum + bytes, 0),
    recipients: [...new Set(plan.ways.map(({ row }) => row.recipient))],
    complete: true,
  };
  await publish(deps, { type: EVENT_TYPES.sent, detail });
  deps.metrics.count({ [METRICS.jobs]: 1 });
  deps.log.info("sent", { ...threadOf(job), pipeline: plan.pipeline, files: detail.files, bytes: detail.bytes });
  return { kind: "done" };
}

type Refused = Failure & Pick<Refusal, "hint" | "subject">;

async function refuse(deps: ServiceDependencies, job: Job, refusal: Refused): Promise<Outcome> {
  const { code, reason, hint, subject } = refusal;
  const failure = { code, reason: `${reason} (${hint})` };
  if (!(await deps.ledger.finish(job.jobId, job.lease, "Refused", { ...failure, subject })))
    throw new LeaseLostError(job.jobId);
  await tellFailure(deps, job, failure, true);
  return { kind: "letter", failure, jobId: job.jobId };
}

/** An attempt that did not succeed: another one follows, or it was the last. */
async function end(deps: ServiceDependencies, job: Job, failure: Failure): Promise<Outcome> {
  const last = job.attempts >= deps.limits.maxAttempts;
  const seconds = retryDelaySeconds(job.attempts, deps.limits.maxAttempts);
  const retryAt = new Date(deps.clock.now().getTime() + seconds * 1000).toISOString();
  const ended = last
    ? await deps.ledger.finish(job.jobId, job.lease, "Failed", failure)
    : await deps.ledger.finish(job.jobId, job.lease, "Waiting", { ...failure, retryAt });
  if (!ended) return { kind: "later", seconds: lifeSeconds(deps.limits.lease) };
  await tellFailure(deps, job, failure, last);
  if (last) return { kind: "letter", failure, jobId: job.jobId };
  return { kind: "later", seconds };
}

async function tellFailure(deps: ServiceDependencies, job: Job, failure: Failure, final: boolean): Promise<void> {
  deps.metrics.count({ [METRICS.failedJobs]: 1 });
  deps.log.warn("not sent", { ...threadOf(job), ...failure, attempts: job.attempts, final });
  const detail = { ...detailOf(deps, job), ...failure, attempts: job.attempts, final };
  await publish(deps, { type: EVENT_TYPES.failed, detail });
}

async function publish(deps: ServiceDependencies, event: Parameters<typeof deps.events.publish>[0]): Promise<void> {
  const problem = await deps.events.publish(event);
  if (problem !== undefined) deps.log.warn("event", { reason: problem });
}

const threadOf = ({ jobId, correlationId, flag }: Job) => ({
  job_id: jobId,
  correlation_id: correlationId,
  flag: `s3://${flag.bucket}/${flag.key}`,
});

const detailOf = ({ name }: ServiceDependencies, job: Job) => ({ data_egress: name, ...threadOf(job) });
