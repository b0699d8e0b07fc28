import type { QueueRecord } from "@slipway/aws-runtime";
import { UnexpectedBucketError, UnreadableMessageError } from "../core/errors";
import type { Requester } from "@slipway/core";
import { parseMessage, type ObjectNotification } from "../core/message";
import { inScope, type KeyFilter } from "../core/scope";
import { compareSequencers } from "../core/sequencer";
import type { PromotionOrder } from "../operations/promote-object";

export type { QueueRecord } from "@slipway/aws-runtime";

/** One key of a batch, and every message that is about it. */
export interface BatchOrder {
  readonly order: PromotionOrder;
  readonly messageIds: readonly string[];
  /** When the object was created at the source, ISO 8601, where a message says so. */
  readonly createdAt?: string | undefined;
}

/** A message that cannot be worked on at all. */
export interface BatchRefusal {
  readonly messageId: string;
  readonly error: UnreadableMessageError | UnexpectedBucketError;
}

/** What a batch asks for. */
export interface BatchPlan {
  readonly orders: readonly BatchOrder[];
  readonly refusals: readonly BatchRefusal[];
  /** Messages that are understood and none of our business. */
  readonly ignored: readonly { readonly messageId: string; readonly reason: string }[];
}

/** Whose messages are worked on. */
export interface BatchScope {
  readonly sourceBucket: string;
  readonly filter: KeyFilter;
}

interface Wish {
  readonly order: PromotionOrder;
  readonly messageId: string;
  readonly createdAt?: string | undefined;
  readonly sequencer?: string | undefined;
}

/** Reads a batch. Several messages about one key become one order, with what the latest of them knew. */
export function planBatch(records: readonly QueueRecord[], scope: BatchScope): BatchPlan {
  const wishes: Wish[] = [];
  const refusals: BatchRefusal[] = [];
  const ignored: { messageId: string; reason: string }[] = [];
  for (const record of records) {
    const { messageId } = record;
    const read = readRecord(record, scope);
    if ("error" in read) refusals.push({ messageId, error: read.error });
    else if ("reason" in read) ignored.push({ messageId, reason: read.reason });
    else wishes.push(...read.wishes);
  }
  const byKey = new Map<string, Wish[]>();
  for (const wish of wishes) byKey.set(wish.order.key, [...(byKey.get(wish.order.key) ?? []), wish]);
  return { orders: [...byKey.values()].map(merge), refusals, ignored };
}

type Read =
  { readonly wishes: readonly Wish[] } | { readonly error: BatchRefusal["error"] } | { readonly reason: string };

function readRecord({ messageId, body, attributes }: QueueRecord, { sourceBucket, filter }: BatchScope): Read {
  const redelivered = Number(attributes.ApproximateReceiveCount ?? 1) > 1;
  const message = parseMessage(body);
  switch (message.kind) {
    case "ignored":
      return { reason: message.reason };
    case "unreadable":
      return { error: new UnreadableMessageError(message.problem) };
    case "look-again": {
      const { key, trigger, requested_by: requestedBy, correlation_id: correlationId, seen } = message.request;
      if (!inScope(filter, key)) return { reason: "a key that is not promoted here" };
      return {
        wishes: [{ messageId, order: { key, trigger, requestedBy, correlationId, sighting: seen, redelivered } }],
      };
    }
    case "created": {
      const foreign = message.objects.find(({ bucket }) => bucket !== sourceBucket);
      if (foreign !== undefined) return { error: new UnexpectedBucketError(foreign.bucket, sourceBucket) };
      const objects = message.objects.filter(({ key }) => inScope(filter, key));
      if (objects.length === 0) return { reason: "a key that is not promoted here" };
      return { wishes: objects.map((object) => toWish(object, messageId, redelivered)) };
    }
  }
}

function toWish(object: ObjectNotification, messageId: string, redelivered: boolean): Wish {
  const { key, etag, size, versionId, sequencer, at } = object;
  const sighting = etag === undefined || size === undefined ? undefined : { etag, size, versionId };
  return {
    messageId,
    sequencer,
    createdAt: at,
    order: { key, trigger: "event", requestedBy: uploader(object), correlationId: messageId, sighting, redelivered },
  };
}

const uploader = ({ principal = "unknown" }: ObjectNotification): Requester => ({
  id: principal,
  name: principal.split(":").at(-1) ?? principal,
});

function merge(wishes: readonly Wish[]): BatchOrder {
  const [latest] = [...wishes].sort((a, b) => compareSequencers(b.sequencer ?? "", a.sequencer ?? ""));
  if (latest === undefined) throw new TypeError("no message is about this key");
  const redelivered = wishes.some(({ order }) => order.redelivered === true);
  // Of two that cannot be ordered either may have seen the older state: then nothing is known beforehand.
  const sighting = wishes.some((each) => contradicts(each, latest)) ? undefined : latest.order.sighting;
  return {
    order: { ...latest.order, sighting, redelivered },
    messageIds: [...new Set(wishes.map(({ messageId }) => messageId))],
    createdAt: latest.createdAt,
  };
}

function contradicts(a: Wish, b: Wish): boolean {
  if (a.order.sighting?.etag === b.order.sighting?.etag) return false;
  return a.sequencer === undefined || b.sequencer === undefined || compareSequencers(a.sequencer, b.sequencer) === 0;
}
