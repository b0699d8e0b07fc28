import type { RecoveryReport } from "@slipway/release-tracker/library";
import { defineCommand } from "../../command";
import { exitCodes } from "../../exit-codes";
import { openTracker } from "../../tracker/open-tracker";
import { environmentOption, trackerOptions } from "../../tracker/options";
import { trackerProgress } from "../../tracker/tracker-progress";

export const command = defineCommand({
  describe: "Settle a deployment whose process died; the next deploy does so by itself",
  mutates: true,
  options: {
    ...trackerOptions,
    ...environmentOption,
    "clear-pending-creates": {
      type: "boolean",
      default: false,
      describe: "Forget interrupted creations; look first: their resources may exist and will be no one's",
    },
  },
  examples: [["slipway release recover -e staging --dry-run", "What was found"]],
  run: async ({ environment, clearPendingCreates, dryRun, yes, ...args }, context) => {
    const tracker = await openTracker(args, context);
    const found = await tracker.recoverDeployment({ environmentId: environment, dryRun: true });
    if (dryRun) return reportResult(found, true);
    context.progress.note(found.findings.join("\n"));
    await context.ask.confirm({ action: `settling ${environment}`, yes });
    context.progress.begin(`settling ${environment}`);
    const report = await tracker.recoverDeployment({
      environmentId: environment,
      clearPendingCreates,
      onProgress: trackerProgress(context.progress),
      signal: context.signal,
    });
    return reportResult(report, false);
  },
});

function reportResult(report: RecoveryReport, dryRun: boolean) {
  const { environmentId, findings, settled, written } = report;
  const unsettled = dryRun && findings.length > 0 ? "the same without --dry-run settles it" : "nothing to settle";
  const ending = settled ? `deployment ${settled.deployment_id} is ${settled.status}` : unsettled;
  return {
    schema: "slipway.deployment-recovery.v1",
    data: { environment: environmentId, findings, settled: settled ?? null, written, dry_run: dryRun },
    text: () => [...findings, `${environmentId}: ${ending}`].join("\n"),
    exitCode: settled?.status === "needs-attention" ? exitCodes.attention : exitCodes.ok,
  };
}
