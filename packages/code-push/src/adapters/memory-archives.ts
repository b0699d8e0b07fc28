import { createHash } from "node:crypto";
import type { Clock } from "@slipway/core";
import type { ArchiveMetadata } from "../core/metadata";
import type { Archive, ArchiveStore, ListedKey, StoredArchive, StoredText, TextCondition } from "../core/ports";

/** One object in memory. */
export interface MemoryObject {
  readonly body: Buffer;
  readonly metadata: ArchiveMetadata;
  readonly checksum: string | undefined;
  readonly etag: string;
  readonly versionId: string;
  readonly lastModified: Date;
}

/** Settings of a bucket in memory. */
export interface MemoryArchivesOptions {
  /** Whether conditions are ignored: what a test must notice. @default false */
  readonly ignoresConditions?: boolean | undefined;
}

/** A versioned bucket in memory, with S3's conditional writes. */
export class MemoryArchives implements ArchiveStore {
  /** Current objects by key. */
  readonly objects = new Map<string, MemoryObject>();
  /** Every write that took effect, in order. */
  readonly writes: { readonly key: string; readonly body: Buffer }[] = [];
  private versions = 0;

  constructor(
    private readonly clock: Clock,
    private readonly options: MemoryArchivesOptions = {},
  ) {}

  async find(key: string): Promise<StoredArchive | undefined> {
    const found = this.objects.get(key);
    if (found === undefined) return undefined;
    const { body, versionId, checksum, metadata } = found;
    return { key, size: body.length, versionId, checksum, metadata };
  }

  async putArchive(key: string, archive: Archive, metadata: ArchiveMetadata) {
    const body = await readAll(archive);
    if (this.objects.has(key) && this.options.ignoresConditions !== true) return { kind: "exists" } as const;
    return { kind: "stored", versionId: this.write(key, body, metadata, archive.checksum) } as const;
  }

  async replaceArchive(key: string, archive: Archive, metadata: ArchiveMetadata): Promise<string | undefined> {
    return this.write(key, await readAll(archive), metadata, archive.checksum);
  }

  async readText(key: string): Promise<StoredText | undefined> {
    const found = this.objects.get(key);
    return found && { text: found.body.toString("utf8"), etag: found.etag };
  }

  async writeText(key: string, text: string, condition: TextCondition): Promise<"written" | "conflict"> {
    const etag = this.objects.get(key)?.etag;
    const holds = condition.kind === "absent" ? etag === undefined : etag === condition.etag;
    if (!holds && this.options.ignoresConditions !== true) return "conflict";
    this.write(key, Buffer.from(text), {}, undefined);
    return "written";
  }

  async *list(prefix: string): AsyncGenerator<readonly ListedKey[]> {
    const keys = [...this.objects].filter(([key]) => key.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1));
    yield keys.map(([key, { lastModified }]) => ({ key, lastModified }));
  }

  private write(key: string, body: Buffer, metadata: ArchiveMetadata, checksum: string | undefined): string {
    const etag = `"${createHash("md5").update(body).digest("hex")}"`;
    const versionId = `v${(this.versions += 1)}`;
    this.objects.set(key, { body, metadata, checksum, etag, versionId, lastModified: this.clock.now() });
    this.writes.push({ key, body });
    return versionId;
  }
}

async function readAll(archive: Archive): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of archive.open()) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
