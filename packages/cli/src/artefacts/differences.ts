import type { Difference } from "@slipway/artefact-promotion/library";
import type { Format, Style } from "../render/style";
import { size } from "../render/size";
import { renderTable } from "../render/table";
import { moment } from "../render/time";

const formats: Readonly<Record<Difference["kind"], Format>> = {
  missing: "red",
  different: "red",
  "in-flight": "yellow",
  held: "yellow",
  extra: "dim",
};

/** Every kind of difference, the worst first. */
export const differenceKinds = Object.keys(formats) as readonly Difference["kind"][];

/** Differences of which only as many are kept as will be listed. */
export interface DifferenceList {
  add(difference: Difference): void;
  /** The worst first, each kind in the order of the keys. */
  listed(): readonly Difference[];
}

/** Collects differences: a bucket may have millions, and a list of the first ones must not hide the worst. */
export function createDifferenceList(limit: number): DifferenceList {
  const kept: Record<Difference["kind"], Difference[]> = {
    missing: [],
    different: [],
    "in-flight": [],
    held: [],
    extra: [],
  };
  return {
    add: (difference) => {
      if (kept[difference.kind].length < limit) kept[difference.kind].push(difference);
    },
    listed: () => differenceKinds.flatMap((kind) => kept[kind]).slice(0, limit),
  };
}

/** Differences, one a line. */
export function renderDifferences(differences: readonly Difference[], now: Date, style: Style): string {
  return renderTable(
    ["KIND", "SOURCE", "TARGET", "MADE", "KEY"],
    differences.map(({ kind, key, source, target, hold }) => [
      style(formats[kind], kind),
      source ? size(source.size) : "-",
      target ? size(target.size) : "-",
      moment((source ?? target)?.lastModified.toISOString() ?? "", now),
      hold ? `${key} (by ${hold.heldBy.name}${hold.reason === "" ? "" : `: ${hold.reason}`})` : key,
    ]),
    style,
  );
}

/** The line below a list that does not show everything; none when it does. */
export const moreLines = (listed: number, total: number): readonly string[] =>
  listed < total ? [`and ${total - listed} more; --limit shows more of them`] : [];
