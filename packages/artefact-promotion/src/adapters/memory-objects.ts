import { createHash, randomUUID } from "node:crypto";
import { AccessDeniedError } from "@slipway/aws-runtime";
import type { Clock } from "@slipway/core";
import { compareKeys } from "../core/difference";
import { BucketNotFoundError } from "../core/errors";
import type { Bucket, Checksum, ListedObject, ObjectVersion, StoredObject } from "../core/objects";
import { LARGEST_WHOLE_COPY, MOST_PARTS, type PartRange } from "../core/parts";
import type {
  CopyOutcome,
  CopyRequest,
  CopySource,
  ListRequest,
  NewObject,
  ObjectStore,
  OpenOutcome,
  PartedUpload,
  PartOutcome,
  UploadedPart,
  WriteCondition,
  WriteOutcome,
  Written,
} from "../core/ports";

/** One version of an object in memory. */
export interface MemoryVersion extends StoredObject {
  readonly body: Uint8Array;
  readonly tags: Readonly<Record<string, string>>;
}

/** What a test puts beside bytes. */
export interface PlantedObject extends Partial<NewObject> {
  /** Encrypted with a key, so that the ETag is no MD5. @default false */
  readonly keyed?: boolean | undefined;
  /** An ETag as of an upload in parts. @default the MD5 */
  readonly etag?: string | undefined;
  /** @default a SHA-256 of the whole */
  readonly checksums?: readonly Checksum[] | undefined;
}

interface MemoryBucket {
  readonly owner: string;
  readonly versions: Map<string, MemoryVersion[]>;
}

interface MemoryUpload extends PartedUpload {
  readonly made: NewObject;
  readonly parts: Map<number, Uint8Array>;
}

/** Settings of objects in memory. */
export interface MemoryObjectsOptions {
  /** Waits between reading a copy's source and writing its target, where S3 is not atomic either. */
  readonly betweenReadAndWrite?: (() => Promise<void>) | undefined;
  /** Bytes that a copy in one piece takes. @default as S3 */
  readonly wholeCopy?: number | undefined;
  /** Which conditions on their target copies by the server ignore, as some emulators do. @default none */
  readonly ignoresConditions?: WriteCondition["kind"] | "all" | undefined;
  /** Whether copies by the server are refused. @default false */
  readonly refusesCopies?: boolean | undefined;
}

const conflict = { kind: "conflict", retried: false } as const;
const LIST_PAGE = 1000;

/** Versioned buckets in memory, with S3's conditions on source and target, and on whose buckets they are. */
export class MemoryObjects implements ObjectStore {
  private readonly buckets = new Map<string, MemoryBucket>();
  private readonly uploads = new Map<string, MemoryUpload>();

  constructor(
    private readonly clock: Clock,
    private readonly options: MemoryObjectsOptions = {},
  ) {}

  createBucket({ name, owner }: Bucket): void {
    this.buckets.set(name, { owner, versions: new Map() });
  }

  deleteBucket({ name }: Bucket): void {
    this.buckets.delete(name);
  }

  /** Puts an object without conditions. */
  plant(bucket: Bucket, key: string, body: string | Uint8Array, planted: PlantedObject = {}): MemoryVersion {
    return this.store(bucket, key, Buffer.from(body), planted);
  }

  /** Removes the current object; its versions go with it. */
  remove(bucket: Bucket, key: string): void {
    this.bucket(bucket).versions.delete(key);
  }

  /** All versions, oldest first. */
  history(bucket: Bucket, key: string): readonly MemoryVersion[] {
    return this.bucket(bucket).versions.get(key) ?? [];
  }

  /** Uploads in parts that are neither complete nor aborted. */
  get openUploads(): readonly PartedUpload[] {
    return [...this.uploads.values()];
  }

  async assertBucket(bucket: Bucket): Promise<void> {
    this.bucket(bucket);
  }

  async head(bucket: Bucket, key: string, versionId?: string): Promise<StoredObject | undefined> {
    this.assertOwner(bucket);
    const found = this.find(bucket.name, key, versionId);
    return found && toStored(found);
  }

  async tags(bucket: Bucket, key: string, versionId?: string): Promise<Readonly<Record<string, string>>> {
    this.assertOwner(bucket);
    return this.find(bucket.name, key, versionId)?.tags ?? {};
  }

  async open(source: CopySource, range?: PartRange): Promise<OpenOutcome> {
    this.bucket(source.bucket);
    const found = this.read(source);
    if (found === undefined) return { kind: "missing" };
    if (found === "changed") return conflict;
    const wanted = range === undefined ? found.body : found.body.subarray(range.first, range.last + 1);
    return { kind: "open", opened: { object: toStored(found), body: inChunks(wanted) } };
  }

  async *list(bucket: Bucket, { prefix = "", after }: ListRequest): AsyncGenerator<readonly ListedObject[]> {
    const all = [...this.bucket(bucket).versions.entries()]
      .flatMap(([key, versions]) => (key.startsWith(prefix) ? versions.slice(-1) : []))
      .filter(({ key }) => after === undefined || compareKeys(key, after) > 0)
      .sort((a, b) => compareKeys(a.key, b.key))
      .map(({ key, etag, size, lastModified }) => ({ key, etag, size, lastModified }));
    for (let start = 0; start < all.length; start += LIST_PAGE) yield all.slice(start, start + LIST_PAGE);
  }

  async versions(bucket: Bucket, key: string, limit: number): Promise<readonly ObjectVersion[]> {
    const all = [...(this.bucket(bucket).versions.get(key) ?? [])].reverse();
    return all
      .slice(0, limit)
      .map(({ etag, size, lastModified, versionId = "null" }, index) => ({
        key,
        etag,
        size,
        lastModified,
        versionId,
        current: index === 0,
      }));
  }

  async copy({ source, target, condition }: CopyRequest): Promise<CopyOutcome> {
    const refusal = this.refusalOf(source.bucket, target);
    if (refusal !== undefined) return refusal;
    const found = this.read(source);
    if (found === undefined) return condition.kind === "etag" ? conflict : { kind: "source-missing" };
    if (found === "changed") return conflict;
    if (found.size > (this.options.wholeCopy ?? LARGEST_WHOLE_COPY)) return { kind: "too-large" };
    await this.options.betweenReadAndWrite?.();
    const ignored = [condition.kind, "all"].includes(this.options.ignoresConditions ?? "none");
    if (!ignored && !this.holds(target, source.key, condition)) return conflict;
    const written = this.store(target, source.key, found.body, { attributes: found.attributes, tags: found.tags });
    return { kind: "written", written: toWritten(written), sourceVersionId: found.versionId };
  }

  async put(
    target: Bucket,
    key: string,
    body: Uint8Array,
    made: NewObject,
    condition: WriteCondition,
  ): Promise<WriteOutcome> {
    if (!this.holds(target, key, condition)) return conflict;
    return { kind: "written", written: toWritten(this.store(target, key, body, made)) };
  }

  async startUpload(target: Bucket, key: string, made: NewObject): Promise<PartedUpload> {
    this.bucket(target);
    const upload = { target, key, id: randomUUID(), checksum: "SHA256", made, parts: new Map() } as const;
    this.uploads.set(upload.id, upload);
    return upload;
  }

  async copyPart(upload: PartedUpload, source: CopySource, range: PartRange): Promise<PartOutcome> {
    const refusal = this.refusalOf(source.bucket, upload.target);
    if (refusal !== undefined) return refusal;
    const found = this.read(source);
    if (found === undefined || found === "changed") return conflict;
    return {
      kind: "part",
      part: this.storePart(upload, range.number, found.body.subarray(range.first, range.last + 1)),
    };
  }

  async sendPart(upload: PartedUpload, number: number, body: Uint8Array): Promise<UploadedPart> {
    return this.storePart(upload, number, body);
  }

  async completeUpload(
    { id, target, key }: PartedUpload,
    parts: readonly UploadedPart[],
    condition: WriteCondition,
  ): Promise<WriteOutcome> {
    const upload = this.uploads.get(id);
    if (upload === undefined) throw new Error(`no upload ${id}`);
    if (!this.holds(target, key, condition)) return conflict;
    const body = Buffer.concat(parts.map(({ number }) => upload.parts.get(number) ?? new Uint8Array()));
    this.uploads.delete(id);
    const etag = `${md5(body)}-${parts.length}`;
    return { kind: "written", written: toWritten(this.store(target, key, body, { ...upload.made, etag })) };
  }

  async abortUpload({ id }: PartedUpload): Promise<void> {
    this.uploads.delete(id);
  }

  private bucket(bucket: Bucket): MemoryBucket {
    this.assertOwner(bucket);
    const found = this.buckets.get(bucket.name);
    if (found === undefined) throw new BucketNotFoundError(bucket.name);
    return found;
  }

  /** Whether a bucket that is there belongs to somebody else than the caller says. */
  private isForeign({ name, owner }: Bucket): boolean {
    const found = this.buckets.get(name);
    return found !== undefined && found.owner !== owner;
  }

  private assertOwner(bucket: Bucket): void {
    if (this.isForeign(bucket)) throw new AccessDeniedError(`s3 ${bucket.name}`, `${bucket.owner} does not own it`);
  }

  /** As S3 answers copies between buckets of which one is not there, or not whose it should be. */
  private refusalOf(...buckets: readonly [Bucket, Bucket]): Extract<CopyOutcome, { kind: "refused" }> | undefined {
    if (this.options.refusesCopies === true) return { kind: "refused", always: true, reason: "not between these" };
    const missing = buckets.some(({ name }) => !this.buckets.has(name));
    if (missing) return { kind: "refused", always: true, reason: "NoSuchBucket" };
    const foreign = buckets.some((bucket) => this.isForeign(bucket));
    return foreign ? { kind: "refused", always: false, reason: "AccessDenied: not the expected owner" } : undefined;
  }

  private find(bucket: string, key: string, versionId?: string): MemoryVersion | undefined {
    const versions = this.buckets.get(bucket)?.versions.get(key) ?? [];
    return versionId === undefined ? versions.at(-1) : versions.find((each) => each.versionId === versionId);
  }

  private read({ bucket, key, versionId, etag }: CopySource): MemoryVersion | "changed" | undefined {
    const found = this.find(bucket.name, key, versionId);
    return found !== undefined && etag !== undefined && found.etag !== etag ? "changed" : found;
  }

  private holds(bucket: Bucket, key: string, condition: WriteCondition): boolean {
    this.bucket(bucket);
    const current = this.find(bucket.name, key);
    return condition.kind === "absent" ? current === undefined : current?.etag === condition.etag;
  }

  private store(bucket: Bucket, key: string, body: Uint8Array, made: PlantedObject): MemoryVersion {
    const { versions } = this.bucket(bucket);
    const version: MemoryVersion = {
      key,
      body,
      size: body.length,
      etag: made.etag ?? md5(body),
      versionId: randomUUID(),
      checksums: made.checksums ?? [{ algorithm: "SHA256", scope: "whole", value: sha256(body) }],
      keyed: made.keyed ?? false,
      lastModified: this.clock.now(),
      attributes: made.attributes ?? { metadata: {} },
      tags: made.tags ?? {},
    };
    versions.set(key, [...(versions.get(key) ?? []), version]);
    return version;
  }

  private storePart({ id }: PartedUpload, number: number, body: Uint8Array): UploadedPart {
    const upload = this.uploads.get(id);
    if (upload === undefined) throw new Error(`no upload ${id}`);
    if (number < 1 || number > MOST_PARTS) throw new RangeError(`part ${number} is not between 1 and ${MOST_PARTS}`);
    upload.parts.set(number, Buffer.from(body));
    return { number, etag: md5(body), checksums: {} };
  }
}

const md5 = (body: Uint8Array): string => createHash("md5").update(body).digest("hex");
const sha256 = (body: Uint8Array): string => createHash("sha256").update(body).digest("base64");

const toStored = ({ key, size, etag, versionId, checksums, keyed, lastModified, attributes, tags }: MemoryVersion) => ({
  key,
  size,
  etag,
  versionId,
  checksums,
  keyed,
  lastModified,
  attributes,
  tagCount: Object.keys(tags).length,
});

const toWritten = ({ etag, versionId, checksums, keyed, lastModified }: MemoryVersion): Written => ({
  etag,
  versionId,
  checksums,
  keyed,
  lastModified,
});

const CHUNK = 64 * 1024;

async function* inChunks(body: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < body.length; start += CHUNK) yield body.subarray(start, start + CHUNK);
}
