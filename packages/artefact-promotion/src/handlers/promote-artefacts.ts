import pMap from "p-map";
import { failedItems, receivesOf, type BatchAnswer, type QueueBatch } from "@slipway/aws-runtime";
import { SlipwayError } from "@slipway/core";
import { EVENT_TYPES, METRICS } from "../contract";
import type { Promotion } from "../core/ledger";
import type { EventPublisher } from "../core/ports";
import { hopName, type CopyDependencies } from "../operations/dependencies";
import { promoteObject, type PromotionResult } from "../operations/promote-object";
import { publishPromotions } from "../operations/publish-promotions";
import { planBatch, type BatchOrder } from "./batch-orders";
import type { PromotionLog, PromotionMetrics, RunContext } from "./telemetry";

/** What the function behind the queue works with. */
export interface PromoteArtefactsDependencies extends CopyDependencies {
  readonly events: EventPublisher;
  readonly metrics: PromotionMetrics;
  readonly log: PromotionLog;
  /** Receives after which the queue gives a message up. */
  readonly maxReceives: number;
}

interface Failure {
  readonly key?: string | undefined;
  readonly messageIds: readonly string[];
  readonly error: unknown;
}

interface Ended {
  readonly order: BatchOrder;
  readonly result: PromotionResult;
}

/** Time that is kept for the ledger, the events and the answer, in milliseconds. */
const RESERVE = 15_000;

/**
 * Creates the handler of the queue: promotes what the messages of a batch point at.
 *
 * A message is acknowledged only when everything that it asks for is at the target, proven equal and in the ledger. The
 * others are received again and end as dead letters, with the reason in the ledger, the log and an event.
 */
export const createPromoteArtefacts =
  (deps: PromoteArtefactsDependencies) =>
  async ({ Records }: QueueBatch, context?: RunContext): Promise<BatchAnswer> => {
    const { hop, limits, log } = deps;
    const plan = planBatch(Records, { sourceBucket: hop.source.name, filter: hop.filter });
    for (const { messageId, reason } of plan.ignored) log.info("message ignored", { message_id: messageId, reason });

    const failures: Failure[] = plan.refusals.map(({ messageId, error }) => ({ messageIds: [messageId], error }));
    const postponed: string[] = [];
    const ended: Ended[] = [];
    await pMap(
      plan.orders,
      async (order) => {
        if ((context?.getRemainingTimeInMillis() ?? Infinity) < RESERVE)
          return void postponed.push(...order.messageIds);
        try {
          ended.push({ order, result: await promoteObject(deps, order.order) });
        } catch (error) {
          failures.push({ key: order.order.key, messageIds: order.messageIds, error });
        }
      },
      { concurrency: limits.objectsAtOnce },
    );

    const unwritten = await record(deps, ended, failures);
    const receives = new Map(Records.map((each) => [each.messageId, receivesOf(each)]));
    for (const failure of failures) await tellFailure(deps, failure, receives);
    await tellSuccess(deps, unwritten ? [] : ended, context?.awsRequestId ?? Records[0]?.messageId ?? "none");
    count(deps, unwritten ? [] : ended, failures);
    const again = new Set([...failures.flatMap(({ messageIds }) => messageIds), ...postponed]);
    return failedItems(again);
  };

const promotionsOf = (ended: readonly Ended[]): readonly Promotion[] =>
  ended.flatMap(({ result }) => ("promotions" in result ? result.promotions : []));

/** What is not in the ledger did not happen: its messages come again, and find the copies made. */
async function record(
  { ledger }: PromoteArtefactsDependencies,
  ended: readonly Ended[],
  failures: Failure[],
): Promise<boolean> {
  try {
    await ledger.record(promotionsOf(ended));
    return false;
  } catch (error) {
    const lost = ended.filter(({ result }) => "promotions" in result && result.promotions.length > 0);
    failures.push(...lost.map(({ order }) => ({ key: order.order.key, messageIds: order.messageIds, error })));
    return true;
  }
}

async function tellFailure(
  { hop, ledger, events, log, clock, maxReceives }: PromoteArtefactsDependencies,
  { key, messageIds, error }: Failure,
  receives: ReadonlyMap<string, number>,
): Promise<void> {
  const code = error instanceof SlipwayError ? error.code : "unexpected";
  const reason = error instanceof Error ? error.message : String(error);
  for (const messageId of messageIds) {
    const attempts = receives.get(messageId) ?? 1;
    const final = attempts >= maxReceives;
    log.warn("promotion failed", {
      key,
      message_id: messageId,
      correlation_id: messageId,
      code,
      reason,
      attempts,
      final,
    });
    const failure = { key, messageId, code, reason, attempts, failedAt: clock.now().toISOString() };
    try {
      await ledger.recordFailure(failure);
    } catch (problem) {
      log.warn("the ledger took no failure", { message_id: messageId, reason: String(problem) });
    }
    const detail = {
      hop: hopName(hop),
      correlation_id: messageId,
      key,
      message_id: messageId,
      code,
      reason,
      attempts,
      final,
    };
    const unsent = await events.publish({ type: EVENT_TYPES.promotionFailed, detail });
    if (unsent !== undefined) log.warn("event lost", { message_id: messageId, reason: unsent });
  }
}

async function tellSuccess(
  { hop, events, log }: PromoteArtefactsDependencies,
  ended: readonly Ended[],
  correlationId: string,
): Promise<void> {
  for (const { order, result } of ended) {
    const { key, trigger, correlationId: correlation } = order.order;
    const versions = "promotions" in result ? result.promotions.map(({ targetVersion }) => targetVersion) : [];
    log.info(result.kind, { key, trigger, correlation_id: correlation, versions });
  }
  const promoted = ended.filter(({ result }) => result.kind === "promoted");
  for (const reason of await publishPromotions(events, hopName(hop), correlationId, promotionsOf(promoted))) {
    log.warn("event lost", { correlation_id: correlationId, reason });
  }
}

function count(
  { metrics, clock }: PromoteArtefactsDependencies,
  ended: readonly Ended[],
  failures: readonly Failure[],
): void {
  const promoted = ended.filter(({ result }) => result.kind === "promoted");
  const now = clock.now().getTime();
  const delays = promoted.flatMap(({ order }) =>
    order.createdAt === undefined ? [] : [now - Date.parse(order.createdAt)],
  );
  metrics.count({
    [METRICS.promoted]: promoted.length,
    [METRICS.promotedBytes]: promotionsOf(promoted).reduce((total, { size = 0 }) => total + size, 0),
    [METRICS.unchanged]: ended.length - promoted.length,
    [METRICS.failed]: failures.length,
    ...(delays.length > 0 && { [METRICS.delay]: Math.max(0, ...delays) }),
  });
}
