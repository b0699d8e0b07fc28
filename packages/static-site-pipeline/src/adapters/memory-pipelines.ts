import type { BuildRecord, Declaration, OutboxEvent, Pipeline } from "../core/pipeline";
import { sourceKeyOf } from "../core/pipeline";
import type {
  Alongside,
  FailureStore,
  Installation,
  InstallationStore,
  MessageFailure,
  PipelineStore,
} from "../core/ports";
import { requireLegalWrite } from "../core/writes";

/** Rows listed at once. */
const PAGE = 25;

/** Pipelines in memory, with the conditions of the real table. */
export class MemoryPipelines implements PipelineStore, InstallationStore, FailureStore {
  readonly rows = new Map<string, Pipeline>();
  /** What programs declare; tests write it. */
  readonly declarations = new Map<string, Declaration>();
  readonly outbox = new Map<string, OutboxEvent>();
  private readonly records = new Map<string, BuildRecord>();
  private readonly installed = new Map<string, Installation>();
  private readonly failures = new Map<string, MessageFailure>();

  async get(siteId: string): Promise<Pipeline | undefined> {
    return this.rows.get(siteId);
  }

  async declaration(siteId: string): Promise<Declaration | undefined> {
    return this.declarations.get(siteId);
  }

  async create(row: Pipeline, alongside: Alongside): Promise<"written" | "exists"> {
    const there = this.rows.get(row.site_id);
    if (there !== undefined) return there.write_id === row.write_id ? "written" : "exists";
    this.keep(row, alongside);
    return "written";
  }

  async write(before: Pipeline, after: Pipeline, alongside: Alongside): Promise<"written" | "conflict"> {
    requireLegalWrite(before, after);
    if (!this.isAsRead(before)) return "conflict";
    this.keep(after, alongside);
    return "written";
  }

  async remove(before: Pipeline, event: OutboxEvent): Promise<"written" | "conflict"> {
    requireLegalWrite(before, { ...before, status: event.to, version: before.version + 1 });
    if (!this.isAsRead(before)) return "conflict";
    this.rows.delete(before.site_id);
    for (const [key, { site_id: id }] of this.records) if (id === before.site_id) this.records.delete(key);
    this.outbox.set(event.event_id, event);
    return "written";
  }

  async *list(): AsyncIterable<readonly Pipeline[]> {
    const all = [...this.rows.values()].sort((a, b) => (a.site_id < b.site_id ? -1 : 1));
    for (let start = 0; start < all.length; start += PAGE) yield all.slice(start, start + PAGE);
  }

  async bySource(sourceKey: string): Promise<readonly Pipeline[]> {
    return [...this.rows.values()].filter(({ settings }) => sourceKeyOf(settings) === sourceKey);
  }

  async build(siteId: string, number: number): Promise<BuildRecord | undefined> {
    return this.records.get(`${siteId}#${number}`);
  }

  async builds(siteId: string, limit: number): Promise<readonly BuildRecord[]> {
    const own = [...this.records.values()].filter(({ site_id: id }) => id === siteId);
    return own.sort((a, b) => b.number - a.number).slice(0, limit);
  }

  async unsent(before: string, limit: number): Promise<readonly OutboxEvent[]> {
    return [...this.outbox.values()].filter(({ at }) => at < before).slice(0, limit);
  }

  async settle({ event_id: id }: OutboxEvent): Promise<void> {
    this.outbox.delete(id);
  }

  async installation(provider: Installation["provider"], id: string): Promise<Installation | undefined> {
    return this.installed.get(`${provider}#${id}`);
  }

  async installations(provider: Installation["provider"]): Promise<readonly Installation[]> {
    return [...this.installed.values()].filter((each) => each.provider === provider);
  }

  async saveInstallation(installation: Installation): Promise<void> {
    this.installed.set(`${installation.provider}#${installation.id}`, installation);
  }

  async removeInstallation(provider: Installation["provider"], id: string): Promise<void> {
    this.installed.delete(`${provider}#${id}`);
  }

  async keepFailure(failure: MessageFailure): Promise<void> {
    this.failures.set(failure.message_id, failure);
  }

  async failure(messageId: string): Promise<MessageFailure | undefined> {
    return this.failures.get(messageId);
  }

  async forgetFailures(before: string, limit: number): Promise<number> {
    const old = [...this.failures.values()].filter(({ failed_at }) => failed_at < before).slice(0, limit);
    for (const { message_id } of old) this.failures.delete(message_id);
    return old.length;
  }

  private isAsRead({ site_id: id, status, version }: Pipeline): boolean {
    const there = this.rows.get(id);
    return there?.status === status && there.version === version;
  }

  private keep(row: Pipeline, { event, builds = [] }: Alongside): void {
    this.rows.set(row.site_id, row);
    if (event !== undefined) this.outbox.set(event.event_id, event);
    for (const each of builds) this.records.set(`${each.site_id}#${each.number}`, each);
  }
}
