import type { DiffSummary } from "@slipway/artefact-promotion/library";
import { createDifferenceList, differenceKinds, moreLines, renderDifferences } from "../../artefacts/differences";
import { differenceJson, kindJson } from "../../artefacts/json";
import { openArtefacts } from "../../artefacts/open-artefacts";
import { keyLimitOption, prefixOption } from "../../artefacts/options";
import { defineCommand } from "../../command";
import { exitCodes, type ExitCode } from "../../exit-codes";
import { requireCount } from "../../options/require-count";
import { inLine } from "../../render/printable";
import { stackOption } from "../../stack/options";

export const command = defineCommand({
  describe: "Compare the artefacts of an environment with those of its source",
  mutates: false,
  options: { ...stackOption, ...prefixOption, ...keyLimitOption },
  examples: [["slipway artefacts diff --stack staging", "Exit code 7 when any are missing or different"]],
  run: async ({ stack, prefix, limit }, context) => {
    requireCount("limit", limit);
    const { client, hop } = await openArtefacts(stack, context);
    const { progress, signal } = context;
    const list = createDifferenceList(limit);
    progress.begin(`comparing ${hop.targetEnvironment} with ${hop.sourceEnvironment}`);
    const summary = await client.diffArtefacts({
      prefix,
      signal,
      onDifference: list.add,
      onProgress: (done) => progress.update({ done }),
    });
    const listed = list.listed();
    const total = totalOf(summary);
    const now = context.clock.now();
    return {
      schema: "slipway.artefact-differences.v1",
      data: {
        stack,
        source: { environment: hop.sourceEnvironment, bucket: hop.source.name },
        target: { environment: hop.targetEnvironment, bucket: hop.target.name },
        complete: summary.complete,
        scanned: summary.scanned,
        counts: Object.fromEntries(differenceKinds.map((kind) => [kindJson(kind), summary.counts[kind]])),
        total,
        differences: listed.map(differenceJson),
      },
      text: (style) =>
        [
          ...(listed.length === 0 ? [] : [renderDifferences(listed, now, style)]),
          ...moreLines(listed.length, total),
          `${hop.sourceEnvironment} -> ${hop.targetEnvironment}: ${isEmpty(summary) && prefix !== undefined ? nowhere(prefix) : countsLine(summary)}`,
          ...(drifted(summary) ? [`to mend it: slipway artefacts backfill --stack ${stack}`] : []),
        ].join("\n"),
      exitCode: exitCodeOf(summary),
    };
  },
});

const totalOf = ({ counts }: DiffSummary): number => differenceKinds.reduce((total, kind) => total + counts[kind], 0);

const drifted = ({ counts }: DiffSummary): boolean => counts.missing + counts.different > 0;

const isEmpty = (summary: DiffSummary): boolean => summary.complete && summary.scanned === 0 && totalOf(summary) === 0;

const nowhere = (prefix: string): string => `no key begins with ${inLine(prefix)} on either side`;

function countsLine(summary: DiffSummary): string {
  const { counts, scanned, complete } = summary;
  const kinds = differenceKinds.filter((kind) => counts[kind] > 0).map((kind) => `${counts[kind]} ${kind}`);
  const found = kinds.length === 0 ? "no differences" : kinds.join(", ");
  return `${found}; ${scanned} compared${complete ? "" : ", then stopped"}`;
}

function exitCodeOf(summary: DiffSummary): ExitCode {
  if (!summary.complete) return exitCodes.interrupted;
  return drifted(summary) ? exitCodes.attention : exitCodes.ok;
}
