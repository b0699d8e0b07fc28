import { MemoryEvents as Events, MemoryQueue as Queue } from "@slipway/aws-runtime/memory";
import type { EventType, LookAgainMessage } from "../contract";
import type { PromotionQueue } from "../core/ports";

export type { MemoryMessage } from "@slipway/aws-runtime/memory";

/** A queue and its dead letters in memory. */
export class MemoryQueue extends Queue<LookAgainMessage> implements PromotionQueue {}

/** Events in memory, in the order in which they were published. */
export class MemoryEvents extends Events<EventType> {}
