import { createHash } from "node:crypto";
import type {
  Distribution,
  InvalidationOutcome,
  ObjectHeaders,
  SiteSource,
  SiteStore,
  SiteText,
  SiteVersion,
  SourceFile,
  TextCondition,
  TextOutcome,
  VersionRef,
} from "../core/deploy-ports";
import { MOST_PATHS, MOST_WILDCARDS } from "../core/invalidation";
import { Readable } from "node:stream";

/** One version of an object in memory; a delete marker has no body. */
export interface MemorySiteVersion {
  readonly versionId: string;
  readonly body: Buffer | undefined;
  readonly headers: ObjectHeaders;
}

/** Settings of a site's bucket in memory. */
export interface MemorySiteOptions {
  /** Whether conditions are ignored: what a test must notice. @default false */
  readonly ignoresConditions?: boolean | undefined;
}

const JSON_HEADERS: ObjectHeaders = { contentType: "application/json", cacheControl: "no-store" };

/** A versioned bucket in memory, with S3's conditional writes. */
export class MemorySite implements SiteStore {
  private readonly objects = new Map<string, MemorySiteVersion[]>();
  private count = 0;

  constructor(private readonly options: MemorySiteOptions = {}) {}

  /** Current version, unless that is a marker. */
  current(key: string): MemorySiteVersion | undefined {
    const last = this.objects.get(key)?.at(-1);
    return last?.body === undefined ? undefined : last;
  }

  /** Keys that can be fetched. */
  keys(prefix = ""): string[] {
    return [...this.objects.keys()].filter((key) => key.startsWith(prefix) && this.current(key) !== undefined).sort();
  }

  /** All versions with a body, oldest first. */
  history(key: string): readonly MemorySiteVersion[] {
    return (this.objects.get(key) ?? []).filter(({ body }) => body !== undefined);
  }

  /** What visitors could fetch below a prefix, by path. */
  tree(prefix: string): Record<string, string> {
    const entries = this.keys(prefix).map((key) => [key.slice(prefix.length), `${this.current(key)?.body}`] as const);
    return Object.fromEntries(entries);
  }

  async readText(key: string): Promise<SiteText | undefined> {
    const found = this.current(key);
    return found?.body && { text: found.body.toString("utf8"), etag: etagOf(found.body) };
  }

  async writeText(key: string, text: string, condition?: TextCondition): Promise<TextOutcome> {
    const body = this.current(key)?.body;
    const etag = body && etagOf(body);
    const holds = condition === undefined || (condition.kind === "absent" ? !etag : etag === condition.etag);
    if (!holds && this.options.ignoresConditions !== true) return { kind: "conflict" };
    this.add(key, Buffer.from(text), JSON_HEADERS);
    return { kind: "written", etag: etagOf(Buffer.from(text)) };
  }

  async put(key: string, file: SourceFile, { contentType, cacheControl }: ObjectHeaders): Promise<string> {
    const chunks: Buffer[] = [];
    for await (const chunk of await file.open()) chunks.push(Buffer.from(chunk as Uint8Array));
    const body = Buffer.concat(chunks);
    if (sha256Of(body) !== file.sha256) throw new Error(`the checksum of ${file.path} is another`);
    return this.add(key, body, { contentType, cacheControl });
  }

  async restore(key: string, versionId: string): Promise<{ readonly versionId: string } | undefined> {
    const found = this.objects.get(key)?.find((each) => each.versionId === versionId);
    return found?.body && { versionId: this.add(key, found.body, found.headers) };
  }

  async head(key: string): Promise<{ readonly versionId: string } | undefined> {
    const found = this.current(key);
    return found && { versionId: found.versionId };
  }

  async remove(objects: readonly VersionRef[]): Promise<void> {
    for (const { key, versionId } of objects) {
      if (versionId === undefined) this.add(key, undefined, JSON_HEADERS);
      else {
        const left = (this.objects.get(key) ?? []).filter((each) => each.versionId !== versionId);
        if (left.length > 0) this.objects.set(key, left);
        else this.objects.delete(key);
      }
    }
  }

  async *versions(prefix: string): AsyncGenerator<readonly SiteVersion[]> {
    yield [...this.objects]
      .filter(([key]) => key.startsWith(prefix))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([key, versions]) =>
        versions
          .map(({ versionId, body }, index) => {
            return { key, versionId, latest: index === versions.length - 1, marker: body === undefined };
          })
          .reverse(),
      );
  }

  async folders(prefix: string): Promise<readonly string[]> {
    const names = this.keys(prefix).flatMap((key) => /^([^/]+)\//.exec(key.slice(prefix.length))?.[1] ?? []);
    return [...new Set(names)];
  }

  private add(key: string, body: Buffer | undefined, headers: ObjectHeaders): string {
    const versionId = `v${(this.count += 1)}`;
    this.objects.set(key, [...(this.objects.get(key) ?? []), { versionId, body, headers }]);
    return versionId;
  }
}

const etagOf = (body: Buffer): string => `"${createHash("md5").update(body).digest("hex")}"`;

/** Base64 SHA-256. */
export const sha256Of = (body: Uint8Array): string => createHash("sha256").update(body).digest("base64");

/** A build output in memory. */
export const memorySource = (contents: Readonly<Record<string, string | Uint8Array>>): SiteSource => ({
  files: async () =>
    Object.entries(contents).map(([path, content]) => {
      const body = Buffer.from(content);
      return { path, size: body.length, sha256: sha256Of(body), open: async () => Readable.from([body]) };
    }),
});

/** A distribution in memory, with CloudFront's limits on what is in progress. */
export class MemoryDistribution implements Distribution {
  /** Accepted requests, in order. */
  readonly invalidations: { readonly reference: string; readonly paths: readonly string[] }[] = [];
  private done = 0;

  async invalidate(reference: string, paths: readonly string[]): Promise<InvalidationOutcome> {
    const same = this.invalidations.find((each) => each.reference === reference);
    if (same !== undefined) {
      if (JSON.stringify(same.paths) !== JSON.stringify(paths)) throw new Error(`${reference} has other paths`);
      return "accepted";
    }
    const running = [...this.invalidations.slice(this.done).flatMap((each) => each.paths), ...paths];
    const wild = running.filter((path) => path.endsWith("*")).length;
    if (running.length - wild > MOST_PATHS || wild > MOST_WILDCARDS) return "busy";
    this.invalidations.push({ reference, paths });
    return "accepted";
  }

  /** Ends what is in progress. */
  complete(): void {
    this.done = this.invalidations.length;
  }
}
