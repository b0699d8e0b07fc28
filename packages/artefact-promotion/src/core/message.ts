import * as z from "zod/mini";
import { LOOK_AGAIN, type LookAgainMessage } from "../contract";

/** One object that a notification is about. */
export interface ObjectNotification {
  readonly bucket: string;
  /** Decoded. */
  readonly key: string;
  readonly etag?: string | undefined;
  readonly size?: number | undefined;
  readonly versionId?: string | undefined;
  readonly sequencer?: string | undefined;
  /** When the object was created, ISO 8601. */
  readonly at?: string | undefined;
  /** Who created it, as S3 says it. */
  readonly principal?: string | undefined;
}

/** What a message on the queue turned out to be. */
export type ParsedMessage =
  | { readonly kind: "created"; readonly objects: readonly ObjectNotification[] }
  | { readonly kind: "look-again"; readonly request: LookAgainMessage }
  /** Understood, and none of our business. */
  | { readonly kind: "ignored"; readonly reason: string }
  | { readonly kind: "unreadable"; readonly problem: string };

const envelopeSchema = z.object({ Type: z.string(), Message: z.string() });
const testEventSchema = z.object({ Event: z.literal("s3:TestEvent") });
const lookAgainSchema = z.object({
  type: z.literal(LOOK_AGAIN),
  key: z.string(),
  trigger: z.enum(["event", "backfill", "reconcile", "command"]),
  requested_by: z.object({ id: z.string(), name: z.string() }),
  correlation_id: z.string(),
  seen: z.optional(z.object({ etag: z.string(), size: z.number() })),
});
const notificationSchema = z.object({ Records: z.array(z.looseObject({ eventSource: z.optional(z.string()) })) });
const recordSchema = z.object({
  eventName: z.string(),
  eventTime: z.optional(z.string()),
  userIdentity: z.optional(z.object({ principalId: z.optional(z.string()) })),
  s3: z.object({
    bucket: z.object({ name: z.string() }),
    object: z.object({
      key: z.string(),
      size: z.optional(z.number()),
      eTag: z.optional(z.string()),
      versionId: z.optional(z.string()),
      sequencer: z.optional(z.string()),
    }),
  }),
});

/** Reads the body of a message: an S3 notification, bare or wrapped by SNS, or a request to look again. */
export function parseMessage(body: string): ParsedMessage {
  const parsed = parseJson(body);
  if (!parsed.ok) return { kind: "unreadable", problem: "it is not JSON" };
  const envelope = envelopeSchema.safeParse(parsed.value);
  return envelope.success ? parseWrapped(envelope.data.Message) : parseContent(parsed.value);
}

function parseWrapped(text: string): ParsedMessage {
  const parsed = parseJson(text);
  return parsed.ok ? parseContent(parsed.value) : { kind: "ignored", reason: "a notification that is not S3's" };
}

function parseContent(content: unknown): ParsedMessage {
  if (testEventSchema.safeParse(content).success) return { kind: "ignored", reason: "S3's test event" };
  const request = lookAgainSchema.safeParse(content);
  if (request.success) return { kind: "look-again", request: request.data };
  const notification = notificationSchema.safeParse(content);
  if (!notification.success) return { kind: "ignored", reason: "neither a notification of S3 nor a request" };
  return parseRecords(notification.data.Records);
}

function parseRecords(records: readonly { readonly eventSource?: string | undefined }[]): ParsedMessage {
  const ours = records.filter(({ eventSource }) => eventSource === "aws:s3");
  if (ours.length === 0) return { kind: "ignored", reason: "no record of S3 in it" };
  const objects: ObjectNotification[] = [];
  for (const record of ours) {
    const read = recordSchema.safeParse(record);
    if (!read.success) return { kind: "unreadable", problem: "a record of S3 without its bucket or key" };
    if (!read.data.eventName.startsWith("ObjectCreated")) continue;
    const key = decodeKey(read.data.s3.object.key);
    if (key === undefined) return { kind: "unreadable", problem: "a key that is not URL-encoded" };
    objects.push(toNotification(read.data, key));
  }
  if (objects.length === 0) return { kind: "ignored", reason: "nothing was created" };
  return { kind: "created", objects };
}

function toNotification(
  { s3, eventTime, userIdentity }: z.infer<typeof recordSchema>,
  key: string,
): ObjectNotification {
  const { eTag, size, versionId, sequencer } = s3.object;
  const principal = userIdentity?.principalId;
  return { bucket: s3.bucket.name, key, etag: eTag, size, versionId, sequencer, at: eventTime, principal };
}

/** Keys come as in a form's data: a space is a plus, a plus is %2B. */
function decodeKey(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded.replaceAll("+", " "));
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

function parseJson(text: string): { readonly ok: true; readonly value: unknown } | { readonly ok: false } {
  try {
    return { ok: true, value: JSON.parse(text) as unknown };
  } catch (error) {
    if (error instanceof SyntaxError) return { ok: false };
    throw error;
  }
}
