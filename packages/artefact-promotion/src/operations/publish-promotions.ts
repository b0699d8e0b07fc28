import { EVENT_TYPES } from "../contract";
import type { Promotion } from "../core/ledger";
import type { EventPublisher } from "../core/ports";

/** EventBridge takes 256 KB; a key has up to 1 KB. As many as the ledger takes in one request. */
export const PROMOTIONS_PER_EVENT = 100;

/** Tells what was promoted: one event for up to a hundred. Returns why some of it could not be told. */
export async function publishPromotions(
  events: EventPublisher,
  hop: string,
  correlationId: string,
  promotions: readonly Promotion[],
): Promise<readonly string[]> {
  const unsent: string[] = [];
  for (let start = 0; start < promotions.length; start += PROMOTIONS_PER_EVENT) {
    const detail = {
      hop,
      correlation_id: correlationId,
      promotions: promotions.slice(start, start + PROMOTIONS_PER_EVENT).map(summarise),
    };
    const problem = await events.publish({ type: EVENT_TYPES.artefactsPromoted, detail });
    if (problem !== undefined) unsent.push(problem);
  }
  return unsent;
}

const summarise = ({ key, sourceVersionId, targetVersion, size, proof, trigger, correlationId }: Promotion) => ({
  key,
  source_version: sourceVersionId,
  target_version: targetVersion,
  size,
  checksum: { algorithm: proof.algorithm, value: proof.value },
  trigger,
  correlation_id: correlationId,
});
