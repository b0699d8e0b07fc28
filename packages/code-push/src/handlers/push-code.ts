import {
  failedItems,
  receivesOf,
  type BatchAnswer,
  type FunctionLog,
  type FunctionMetrics,
  type QueueBatch,
  type QueueRecord,
  type RunContext,
} from "@slipway/aws-runtime";
import { SlipwayError } from "@slipway/core";
import { EVENT_TYPES, METRICS, type PushMessage } from "../contract";
import type { PushFailure } from "../core/failure";
import { parseMessage } from "../core/message";
import type { CommitStatuses } from "../core/ports";
import type { PushDependencies } from "../operations/dependencies";
import { keepFailure } from "../operations/failures";
import { pushCommit, type PushResult } from "../operations/push-commit";

/** What the function behind the queue works with. */
export interface PushCodeDependencies extends PushDependencies {
  readonly metrics: FunctionMetrics;
  readonly log: FunctionLog;
  /** Receives after which the queue gives a message up. */
  readonly maxReceives: number;
}

/** A push is not begun with less time than this, in milliseconds. */
const RESERVE = 45_000;

/**
 * Creates the handler of the queue: does each push of a batch.
 *
 * One that fails is received again and ends as a dead letter, with the reason in the log and in an event; the others of
 * its batch are done.
 */
export const createPushCode =
  (deps: PushCodeDependencies) =>
  async ({ Records }: QueueBatch, context?: RunContext): Promise<BatchAnswer> => {
    const remaining = (): number => context?.getRemainingTimeInMillis() ?? Infinity;
    const bounded = { ...deps, git: deps.git.within(remaining), statuses: logged(deps) };
    const again: string[] = [];
    for (const [index, record] of Records.entries()) {
      // The first is tried in any case: a function with little time at all would else never do anything.
      const postponed = index > 0 && remaining() < RESERVE;
      if (postponed || !(await handle(bounded, record))) again.push(record.messageId);
    }
    return failedItems(again);
  };

/** Whether the message is done. */
async function handle(deps: PushCodeDependencies, record: QueueRecord): Promise<boolean> {
  let message: PushMessage | undefined;
  try {
    message = parseMessage(record.body);
    const result = await pushCommit(deps, message);
    tellSuccess(deps, message, result);
    return true;
  } catch (error) {
    await tellFailure(deps, record, message, error);
    return false;
  }
}

function tellSuccess({ metrics, log, clock }: PushCodeDependencies, message: PushMessage, result: PushResult): void {
  const { repository, ref, sha, correlation_id, trigger } = message;
  const about = { repository, ref, sha, correlation_id, trigger };
  if (result.kind === "ignored") {
    metrics.count({ [METRICS.unchanged]: 1 });
    return log.info("push ignored", { ...about, reason: result.reason });
  }
  if (result.kind === "removed") return log.info("removal told", about);
  const { key, size } = result.receipt;
  log.info(result.kind, { ...about, key, size, latest: result.latest });
  if (result.kind === "unchanged" || !result.uploaded) return metrics.count({ [METRICS.unchanged]: 1 });
  const delay = clock.now().getTime() - Date.parse(message.received_at);
  metrics.count({
    [METRICS.pushed]: 1,
    [METRICS.pushedBytes]: size,
    ...(Number.isFinite(delay) && { [METRICS.delay]: Math.max(0, delay) }),
  });
}

async function tellFailure(
  deps: PushCodeDependencies,
  record: QueueRecord,
  message: PushMessage | undefined,
  error: unknown,
): Promise<void> {
  const { events, log, metrics, maxReceives, name } = deps;
  const attempts = receivesOf(record);
  const told = {
    correlation_id: message?.correlation_id ?? record.messageId,
    repository: message?.repository,
    ref: message?.ref,
    sha: message?.sha,
    message_id: record.messageId,
    code: error instanceof SlipwayError ? error.code : "unexpected",
    reason: error instanceof Error ? error.message : String(error),
    attempts,
    final: attempts >= maxReceives,
  };
  metrics.count({ [METRICS.failed]: 1 });
  log.warn("push failed", told);
  await keep(deps, told);
  const unsent = await events.publish({ type: EVENT_TYPES.pushFailed, detail: { code_push: name, ...told } });
  if (unsent !== undefined) log.warn("event lost", { message_id: record.messageId, reason: unsent });
  if (told.final && message !== undefined) await tellProvider(deps, message, told.code);
}

/** A queue's dead letters do not say why they are some. */
async function keep(deps: PushCodeDependencies, told: Omit<PushFailure, "failed_at">): Promise<void> {
  const { message_id, code, reason, attempts } = told;
  try {
    await keepFailure(deps, { message_id, code, reason, attempts, failed_at: deps.clock.now().toISOString() });
  } catch (error) {
    deps.log.warn("failure not kept", { message_id, reason: String(error) });
  }
}

/** Statuses whose failures are in the log, and nowhere else. */
const logged = ({ statuses, log }: PushCodeDependencies): CommitStatuses => ({
  tell: async (repository, sha, state) => {
    const problem = await statuses.tell(repository, sha, state).catch((error: unknown) => String(error));
    if (problem !== undefined) {
      log.warn("status not told", { repository: repository.id, sha, state: state.state, reason: problem });
    }
    return problem;
  },
});

/** Why it failed is not told there: anybody may read a commit's status. */
async function tellProvider(deps: PushCodeDependencies, { repository, sha }: PushMessage, code: string): Promise<void> {
  try {
    const found = (await deps.directory.repositories()).byId(repository);
    if (found === undefined) return;
    await deps.statuses.tell(found, sha, { state: "failure", description: `Not archived: ${code}` });
  } catch (error) {
    deps.log.warn("status not told", { repository, sha, reason: String(error) });
  }
}
