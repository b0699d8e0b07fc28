import type { PreparedRelease, ReleaseChange } from "@slipway/release-tracker/library";
import type { CommandResult } from "../command";
import type { Format, Style } from "../render/style";
import { renderTable } from "../render/table";

const formats: Readonly<Record<ReleaseChange["change"], Format>> = {
  added: "green",
  removed: "red",
  changed: "yellow",
  unchanged: "dim",
};

/** How two releases differ, one service a line. */
export function renderReleaseChanges(changes: readonly ReleaseChange[], style: Style): string {
  return renderTable(
    ["SERVICE", "CHANGE", "OLD IMAGE", "NEW IMAGE"],
    changes.map(({ service, change, from, to }) => [service, style(formats[change], change), from ?? "-", to ?? "-"]),
    style,
  );
}

/** Changes as JSON. */
export const changesJson = (changes: readonly ReleaseChange[]): readonly Record<string, unknown>[] =>
  changes.map(({ service, change, from, to }) => ({ service, change, from: from ?? null, to: to ?? null }));

/** What prepare and update give back. */
export function preparedResult(prepared: PreparedRelease, dryRun: boolean): CommandResult {
  const { document, changes, warnings, written } = prepared;
  const state = dryRun ? "would be" : written ? "" : "had been made by the same request token";
  return {
    schema: "slipway.prepared-release.v1",
    data: { release: document, changes: changesJson(changes), warnings, written, dry_run: dryRun },
    text: (style) => {
      const subject = dryRun ? "a new release" : `release ${style("bold", document.release_id)}`;
      const line = dryRun ? `${subject} ${state} made` : [subject, state].filter((part) => part !== "").join(" ");
      return `${renderReleaseChanges(changes, style)}\n${line}`;
    },
  };
}
