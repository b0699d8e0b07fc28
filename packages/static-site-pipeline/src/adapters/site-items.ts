import { buildEntry, DECLARATION_ENTRY, PIPELINE_ENTRY } from "../contract";
import type { BuildRecord, Declaration, OutboxEvent, Pipeline } from "../core/pipeline";
import { sourceKeyOf } from "../core/pipeline";
import type { Installation, MessageFailure } from "../core/ports";

/** An item as the table has it. */
export type Item = Readonly<Record<string, unknown>>;

/** Key of an item. */
export interface ItemKey {
  readonly partition: string;
  readonly entry: string;
}

/** Values of the attribute that one of the indexes goes by. */
export const KINDS = { pipeline: "pipeline", outbox: "outbox", failure: "failure" } as const;

/** What the sort keys of a site's builds begin with. */
export const BUILD_PREFIX = "build#";

export const pipelineKey = (siteId: string): ItemKey => ({ partition: siteId, entry: PIPELINE_ENTRY });
export const declarationKey = (siteId: string): ItemKey => ({ partition: siteId, entry: DECLARATION_ENTRY });
export const buildKey = (siteId: string, number: number): ItemKey => ({ partition: siteId, entry: buildEntry(number) });
export const outboxKey = ({ site_id, at, event_id }: OutboxEvent): ItemKey => ({
  partition: site_id,
  entry: `outbox#${at}#${event_id}`,
});
export const failureKey = (messageId: string): ItemKey => ({ partition: `message#${messageId}`, entry: "failure" });
export const installationKey = (provider: Installation["provider"], id: string): ItemKey => ({
  partition: `installation#${provider}#${id}`,
  entry: "installation",
});
/** Value of the index's attribute for installations of a provider's app. */
export const installationKind = (provider: Installation["provider"]): string => `installation#${provider}`;

/** The row, with what the indexes go by. */
export const pipelineItem = (row: Pipeline): Item => ({
  ...row,
  ...pipelineKey(row.site_id),
  kind: KINDS.pipeline,
  source_key: sourceKeyOf(row.settings),
});

export const buildItem = (build: BuildRecord): Item => ({ ...build, ...buildKey(build.site_id, build.number) });

/** The index goes by when it was written, which the event calls `at`. */
export const outboxItem = (event: OutboxEvent): Item => ({
  ...event,
  ...outboxKey(event),
  kind: KINDS.outbox,
  updated_at: event.at,
});

/** The index goes by when it failed. */
export const failureItem = (failure: MessageFailure): Item => ({
  ...failure,
  ...failureKey(failure.message_id),
  kind: KINDS.failure,
  updated_at: failure.failed_at,
});

export const installationItem = (installation: Installation): Item => ({
  ...installation,
  ...installationKey(installation.provider, installation.id),
  kind: installationKind(installation.provider),
});

// Written by the functions above only, which take what is read here.
export const toPipeline = (item: Item): Pipeline =>
  without(item, "partition", "entry", "kind", "source_key") as Pipeline;
// Written by the component of declared sites only.
export const toDeclaration = (item: Item): Declaration => without(item, "partition", "entry") as Declaration;
export const toBuild = (item: Item): BuildRecord => without(item, "partition", "entry") as BuildRecord;
export const toEvent = (item: Item): OutboxEvent =>
  without(item, "partition", "entry", "kind", "updated_at") as OutboxEvent;
export const toFailure = (item: Item): MessageFailure =>
  without(item, "partition", "entry", "kind", "updated_at") as MessageFailure;
export const toInstallation = (item: Item): Installation => without(item, "partition", "entry", "kind") as Installation;

const without = (item: Item, ...names: readonly string[]): unknown =>
  Object.fromEntries(Object.entries(item).filter(([name]) => !names.includes(name)));
