import { readFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "./project";

/** A real payload of `test/fixtures/events`, by the file's name without `.json`. */
export const eventFixture = (name: string): unknown =>
  JSON.parse(readFileSync(join(repositoryRoot, "test", "fixtures", "events", `${name}.json`), "utf8"));

/** What an event tells of an object. */
export interface CreatedObject {
  readonly bucket: string;
  /** As it is; the event encodes it. */
  readonly key: string;
  readonly size: number;
  readonly etag: string;
  readonly versionId?: string | undefined;
  /** @default the one of the fixture */
  readonly sequencer?: string | undefined;
  /** When it was created, ISO 8601. @default the time of the fixture */
  readonly at?: string | undefined;
  /** @default "ObjectCreated:Put" */
  readonly eventName?: string | undefined;
}

interface S3Record {
  readonly eventTime: string;
  readonly eventName: string;
  readonly s3: {
    readonly bucket: object;
    readonly object: {
      readonly key: string;
      readonly size: number;
      readonly eTag: string;
      readonly versionId?: string | undefined;
      readonly sequencer: string;
    };
  };
}

const [TEMPLATE] = (eventFixture("s3-object-created") as { readonly Records: readonly [S3Record] }).Records;
const ENVELOPE = eventFixture("sns-s3-object-created") as object;

/** As S3 encodes keys in events: like the data of a form, in which a space is a plus. */
export const encodeEventKey = (key: string): string =>
  new URLSearchParams({ key }).toString().slice("key=".length).replaceAll("%2F", "/");

/** The body of a notification of S3, as a queue gets it from S3 itself or by raw delivery. */
export const s3Notification = (...objects: readonly CreatedObject[]): string =>
  JSON.stringify({ Records: objects.map(toRecord) });

/** The same in the envelope that SNS puts around a message without raw delivery. */
export const snsEnvelope = (message: string): string => JSON.stringify({ ...ENVELOPE, Message: message });

function toRecord({ bucket, key, size, etag, versionId, sequencer, at, eventName }: CreatedObject): S3Record {
  return {
    ...TEMPLATE,
    eventTime: at ?? TEMPLATE.eventTime,
    eventName: eventName ?? TEMPLATE.eventName,
    s3: {
      ...TEMPLATE.s3,
      bucket: { ...TEMPLATE.s3.bucket, name: bucket, arn: `arn:aws:s3:::${bucket}` },
      object: {
        key: encodeEventKey(key),
        size,
        eTag: etag,
        versionId,
        sequencer: sequencer ?? TEMPLATE.s3.object.sequencer,
      },
    },
  };
}
