import type { Clock } from "@slipway/core";
import { createHash } from "node:crypto";
import { DestinationMissingError, SourceChangedError } from "../core/errors";
import { AsOf } from "../core/listing";
import type { SourceFile } from "../core/plan";
import type { Description, OpenedFile, SourceStore, TargetPlace, TargetStore, Written } from "../core/ports";

/** An object in memory, one version of it. */
export interface MemoryObject extends Description {
  readonly key: string;
  readonly body: Uint8Array;
  readonly versionId?: string | undefined;
  readonly etag: string;
  /** ISO 8601. */
  readonly lastModified: string;
  readonly deleted: boolean;
  /** Of the delivery that wrote it. */
  readonly deliveryId?: string | undefined;
}

/** How buckets in memory behave. */
export interface MemoryBucketsOptions {
  /** Whether versions are kept. @default true */
  readonly versioned?: boolean | undefined;
  /** Whether the server copies. @default true */
  readonly copies?: boolean | undefined;
  /** Buckets that are not there; all others are. @default none */
  readonly absent?: readonly string[] | undefined;
  /** Bytes of the chunks that files are read in. @default 65536 */
  readonly chunk?: number | undefined;
}

const CHUNK = 65_536;
const hashOf = (algorithm: "md5" | "sha256", body: Uint8Array): string =>
  createHash(algorithm).update(body).digest("hex");

/** Buckets in memory, as sources and as destinations. */
export class MemoryBuckets implements SourceStore, TargetStore {
  /** Of each bucket and key all versions, the newest last. */
  private readonly objects = new Map<string, Map<string, MemoryObject[]>>();
  /** `s3://bucket/key` of everything that deliveries have written, in order. */
  readonly writes: string[] = [];
  private made = 0;

  constructor(
    private readonly clock: Clock,
    private readonly options: MemoryBucketsOptions = {},
  ) {}

  /** Puts an object, as anybody may. */
  put(bucket: string, key: string, body: string | Uint8Array, description: Partial<Description> = {}): MemoryObject {
    return this.keep(bucket, key, Buffer.from(body), { metadata: {}, ...description }, { deleted: false });
  }

  delete(bucket: string, key: string): void {
    this.keep(bucket, key, Buffer.alloc(0), { metadata: {} }, { deleted: true });
  }

  /** The objects of a bucket as they are now, by key. */
  texts(bucket: string): Record<string, string> {
    return Object.fromEntries(this.current(bucket).map(({ key, body }) => [key, Buffer.from(body).toString()]));
  }

  /** An object as it is now. */
  object(bucket: string, key: string): MemoryObject | undefined {
    return this.current(bucket).find((each) => each.key === key);
  }

  async list(bucket: string, prefix: string, at: string): Promise<readonly SourceFile[]> {
    const asOf = new AsOf(at);
    for (const versions of this.objects.get(bucket)?.values() ?? []) {
      for (const [index, object] of versions.toReversed().entries()) {
        if (!object.key.startsWith(prefix)) continue;
        const { key, versionId, etag, lastModified, deleted } = object;
        asOf.add({ key, versionId, etag, lastModified, deleted, size: object.body.length, latest: index === 0 });
      }
    }
    return asOf.files();
  }

  async describe(bucket: string, file: SourceFile): Promise<Description> {
    return descriptionOf(this.read(bucket, file));
  }

  async open(bucket: string, file: SourceFile): Promise<OpenedFile> {
    const found = this.read(bucket, file);
    return { ...descriptionOf(found), body: inChunks(found.body, this.options.chunk ?? CHUNK) };
  }

  async find({ bucket, key }: TargetPlace, deliveryId: string): Promise<Written | undefined> {
    const found = this.object(bucket, key);
    return found?.deliveryId === deliveryId ? writtenOf(found) : undefined;
  }

  async copy(
    { bucket, file }: { readonly bucket: string; readonly file: SourceFile },
    place: TargetPlace,
    description: Description,
    deliveryId: string,
  ): Promise<Written | undefined> {
    if (this.options.copies === false) return undefined;
    return this.deliver(place, this.read(bucket, file).body, description, deliveryId);
  }

  async write(
    place: TargetPlace,
    body: AsyncIterable<Uint8Array>,
    description: Description,
    deliveryId: string,
  ): Promise<Written> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(chunk);
    return this.deliver(place, Buffer.concat(chunks), description, deliveryId);
  }

  private deliver({ bucket, key }: TargetPlace, body: Uint8Array, description: Description, deliveryId: string) {
    if (this.options.absent?.includes(bucket) === true) throw new DestinationMissingError(bucket);
    this.writes.push(`s3://${bucket}/${key}`);
    return writtenOf(this.keep(bucket, key, body, description, { deleted: false, deliveryId }));
  }

  private keep(
    bucket: string,
    key: string,
    body: Uint8Array,
    description: Description,
    more: Pick<MemoryObject, "deleted" | "deliveryId">,
  ): MemoryObject {
    const versioned = this.options.versioned ?? true;
    const object = {
      ...description,
      ...more,
      key,
      body,
      etag: hashOf("md5", body),
      lastModified: this.clock.now().toISOString(),
      ...(versioned && { versionId: `v${(this.made += 1)}` }),
    };
    const keys = this.objects.get(bucket) ?? new Map<string, MemoryObject[]>();
    keys.set(key, versioned ? [...(keys.get(key) ?? []), object] : [object]);
    this.objects.set(bucket, keys);
    return object;
  }

  private current(bucket: string): MemoryObject[] {
    const all = [...(this.objects.get(bucket)?.values() ?? [])].flatMap((versions) => versions.at(-1) ?? []);
    return all.filter(({ deleted }) => !deleted).sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  private read(bucket: string, { key, versionId, etag }: SourceFile): MemoryObject {
    const versions = this.objects.get(bucket)?.get(key) ?? [];
    const found = versionId === undefined ? versions.at(-1) : versions.find((each) => each.versionId === versionId);
    if (found === undefined || found.deleted) throw new SourceChangedError(bucket, key, "is gone");
    if (found.etag !== etag) throw new SourceChangedError(bucket, key, "was written anew since the flag");
    return found;
  }
}

const descriptionOf = ({ metadata, contentType, contentEncoding }: MemoryObject): Description => ({
  metadata,
  contentType,
  contentEncoding,
});

const writtenOf = ({ body, etag, versionId }: MemoryObject): Written => ({
  sha256: hashOf("sha256", body),
  bytes: body.length,
  answer: [versionId === undefined ? undefined : `version ${versionId}`, `ETag ${etag}`].filter(Boolean).join(", "),
});

async function* inChunks(body: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < body.length; at += size) yield body.subarray(at, at + size);
}
