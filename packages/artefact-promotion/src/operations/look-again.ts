import { LOOK_AGAIN, type LookAgainMessage, type PromotionTrigger } from "../contract";
import type { Difference } from "../core/difference";
import type { Requester } from "@slipway/core";

/** Who wants a key looked at, and why. */
export interface LookAgainReason {
  readonly trigger: PromotionTrigger;
  readonly requestedBy: Requester;
  readonly correlationId: string;
}

/** The message that asks to mend a difference. */
export const lookAgain = (
  { key, source }: Difference,
  { trigger, requestedBy, correlationId }: LookAgainReason,
): LookAgainMessage => ({
  type: LOOK_AGAIN,
  key,
  trigger,
  requested_by: requestedBy,
  correlation_id: correlationId,
  ...(source && { seen: { etag: source.etag, size: source.size } }),
});
