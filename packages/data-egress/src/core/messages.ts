import * as z from "zod/mini";
import { FLAG_NAME, REPLAY_MESSAGE, type ReplayMessage } from "../contract";
import type { Flag } from "./flags";

/** What a message on the queue turned out to be. */
export type ParsedMessage =
  | { readonly kind: "flags"; readonly flags: readonly Flag[] }
  | { readonly kind: "replay"; readonly request: ReplayMessage }
  /** Understood, and none of our business. */
  | { readonly kind: "ignored"; readonly reason: string }
  | { readonly kind: "unreadable"; readonly problem: string };

const testEventSchema = z.object({ Event: z.literal("s3:TestEvent") });
const replaySchema = z.object({
  type: z.literal(REPLAY_MESSAGE),
  job_id: z.string(),
  replay_id: z.string(),
  requested_by: z.string(),
});
const notificationSchema = z.object({ Records: z.array(z.unknown()) });
const recordSchema = z.object({
  eventSource: z.literal("aws:s3"),
  eventName: z.string(),
  eventTime: z.string(),
  s3: z.object({
    bucket: z.object({ name: z.string() }),
    object: z.object({
      key: z.string(),
      eTag: z.optional(z.string()),
      versionId: z.optional(z.string()),
      sequencer: z.optional(z.string()),
    }),
  }),
});

/** Reads the body of a message: a notification of S3 with any number of records, or a request to do a job again. */
export function parseMessage(body: string): ParsedMessage {
  const content = parseJson(body);
  if (content === undefined) return { kind: "unreadable", problem: "it is not JSON" };
  if (testEventSchema.safeParse(content).success) return { kind: "ignored", reason: "S3's test event" };
  const replay = replaySchema.safeParse(content);
  if (replay.success) return { kind: "replay", request: replay.data };
  const notification = notificationSchema.safeParse(content);
  if (!notification.success) return { kind: "unreadable", problem: "neither a notification of S3 nor a replay" };
  return readRecords(notification.data.Records);
}

function readRecords(records: readonly unknown[]): ParsedMessage {
  const flags: Flag[] = [];
  for (const record of records) {
    const read = recordSchema.safeParse(record);
    if (!read.success) return { kind: "unreadable", problem: "a record that is not S3's, or lacks its key or time" };
    const { eventName, eventTime, s3 } = read.data;
    const key = decodeKey(s3.object.key);
    if (key === undefined) return { kind: "unreadable", problem: "a key that is not URL-encoded" };
    if (Number.isNaN(Date.parse(eventTime)))
      return { kind: "unreadable", problem: `a time that is none: ${eventTime}` };
    if (!eventName.startsWith("ObjectCreated") || !isFlag(key)) continue;
    const { eTag: etag, versionId, sequencer } = s3.object;
    flags.push({ bucket: s3.bucket.name, key, versionId, etag, sequencer, at: eventTime });
  }
  return flags.length === 0 ? { kind: "ignored", reason: "no flag in it" } : { kind: "flags", flags };
}

const isFlag = (key: string): boolean => key === FLAG_NAME || key.endsWith(`/${FLAG_NAME}`);

/** Keys come as in a form's data: a space is a plus, a plus is %2B. */
function decodeKey(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded.replaceAll("+", " "));
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
