import type { HistoryEntry } from "@slipway/automation";
import { defineCommand } from "../command";
import { firstPage, pageText } from "../render/page";
import { renderTable } from "../render/table";
import { duration, moment } from "../render/time";
import { stackOption, stackTarget } from "../stack/options";
import { counts } from "../stack/render-changes";
import { limitOption } from "../tracker/options";

export const command = defineCommand({
  describe: "List past updates of a stack",
  mutates: false,
  options: { ...stackOption, ...limitOption },
  examples: [["slipway history --stack staging --limit 5", "The last five updates"]],
  run: async ({ stack, limit }, context) => {
    const { history } = await context.libraries.automation();
    const target = stackTarget(stack, context);
    const { shown: entries, complete } = await firstPage(limit, (most) =>
      history(target, { limit: most, signal: context.signal }),
    );
    const now = context.clock.now();
    // Pulumi's own backends in files and buckets count nothing.
    const counted = entries.some(({ version }) => version !== undefined);
    const columns = ["WHEN", "KIND", "RESULT", "TOOK", "CHANGES", "MESSAGE"];
    return {
      schema: "slipway.stack-history.v1",
      data: { stack, updates: entries.map(entryJson), complete },
      text: (style) =>
        entries.length === 0
          ? `${stack} was never updated`
          : pageText(
              renderTable(
                [...(counted ? ["NO"] : []), ...columns],
                entries.map((entry) => [...(counted ? [String(entry.version ?? "")] : []), ...entryRow(entry, now)]),
                style,
              ),
              complete,
            ),
    };
  },
});

const took = ({ startedAt, finishedAt }: HistoryEntry): number => finishedAt.getTime() - startedAt.getTime();

const entryRow = (entry: HistoryEntry, now: Date): string[] => [
  moment(entry.startedAt.toISOString(), now),
  entry.kind,
  entry.result,
  duration(took(entry)),
  counts(entry.changes),
  entry.message,
];

const entryJson = (entry: HistoryEntry): Record<string, unknown> => ({
  version: entry.version ?? null,
  kind: entry.kind,
  result: entry.result,
  message: entry.message,
  started_at: entry.startedAt.toISOString(),
  duration_ms: took(entry),
  changes: entry.changes,
});
