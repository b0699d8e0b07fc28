import type { BackfillPlan, BackfillProgress } from "@slipway/artefact-promotion/library";
import { backfillProgress } from "../../artefacts/backfill-progress";
import { amount, backfillResult } from "../../artefacts/backfill-result";
import { createDifferenceList, moreLines, renderDifferences } from "../../artefacts/differences";
import { openArtefacts } from "../../artefacts/open-artefacts";
import { keyLimitOption, prefixOption } from "../../artefacts/options";
import { defineCommand } from "../../command";
import { requireCount } from "../../options/require-count";
import { createStyle } from "../../render/style";
import { stackOption } from "../../stack/options";

/** Artefacts that are shown before the question. */
const SHOWN = 10;

export const command = defineCommand({
  describe: "Bring to an environment the artefacts that it lacks or has otherwise than its source",
  mutates: true,
  options: {
    ...stackOption,
    ...prefixOption,
    ...keyLimitOption,
    resume: {
      type: "string",
      conflicts: "prefix",
      describe: "Go on with the backfill of this id, or with the latest that did not finish",
    },
    "queue-above": {
      type: "number",
      defaultDescription: "1000",
      describe: "With more artefacts than this the queue does the copying",
    },
    wait: { type: "boolean", default: false, describe: "Wait until the queue is empty" },
  },
  examples: [
    ["slipway artefacts backfill --stack staging --dry-run", "What would be copied"],
    ["slipway artefacts backfill --stack staging --yes --wait", "From CI"],
    ["slipway artefacts backfill --stack staging --resume latest", "Go on after Ctrl-C or a crash"],
  ],
  run: async ({ stack, prefix, limit, resume, queueAbove, wait, dryRun, yes }, context) => {
    requireCount("limit", limit);
    requireCount("queue-above", queueAbove, 0);
    const { client, hop } = await openArtefacts(stack, context);
    const { ask, clock, progress, signal } = context;
    const environment = hop.targetEnvironment;
    const list = createDifferenceList(dryRun ? limit : SHOWN);
    const confirm = async (plan: BackfillPlan): Promise<void> => {
      // A live line would be drawn over the question.
      progress.end();
      const shown = list.listed();
      const lines = [
        renderDifferences(shown, clock.now(), createStyle(false)),
        ...moreLines(shown.length, plan.artefacts),
      ];
      if (!yes) progress.warn(lines.join("\n"));
      await ask.confirm({ action: `copying ${amount(plan)} to ${environment}`, yes });
    };
    const show = backfillProgress(progress, environment);
    let compared = 0;
    const onProgress = (now: BackfillProgress): void => {
      if (now.phase === "planning") compared = now.done;
      show(now);
    };
    const result = await client.backfill({
      prefix,
      dryRun,
      resume,
      queueAbove,
      waitForQueue: wait,
      signal,
      confirm,
      onDifference: list.add,
      onProgress,
    });
    const listed = dryRun ? list.listed() : [];
    const interrupted = signal.aborted;
    const unmatched = compared === 0 && prefix !== undefined ? { prefix, source: hop.sourceEnvironment } : undefined;
    const run = { stack, environment, dryRun, wait, interrupted, listed, unmatched, now: clock.now() };
    return backfillResult(result, run);
  },
});
