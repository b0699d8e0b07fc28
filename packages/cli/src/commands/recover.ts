import type { RecoverReport } from "@slipway/automation";
import { defineCommand } from "../command";
import { exitCodes, type ExitCode } from "../exit-codes";
import { engineProgress } from "../stack/engine-progress";
import { stackOption, stackTarget } from "../stack/options";
import { inspectionJson, renderFindings } from "../stack/render-inspection";

const exitCodeOf: Readonly<Record<RecoverReport["outcome"], ExitCode>> = {
  recovered: exitCodes.ok,
  "dry-run": exitCodes.ok,
  "needs-attention": exitCodes.attention,
};

export const command = defineCommand({
  describe: "Make a stack usable after an update that was killed",
  mutates: true,
  options: {
    ...stackOption,
    force: { type: "boolean", default: false, describe: "Even if the lock's holder seems to be alive" },
    "clear-pending-creates": {
      type: "boolean",
      default: false,
      describe: "Forget interrupted creations; look first: their resources may exist and will be no one's",
    },
  },
  examples: [
    ["slipway recover --stack staging --dry-run", "What was found, and what would be done"],
    ["slipway recover --stack staging", "Ask, then remove the stale lock and refresh"],
  ],
  run: async (args, context) => {
    const { recover } = await context.libraries.automation();
    const target = stackTarget(args.stack, context);
    const choice = { force: args.force, clearPendingCreates: args.clearPendingCreates, signal: context.signal };
    const plan = await recover(target, { ...choice, dryRun: true });
    if (args.dryRun || plan.steps.length === 0) return reportResult(plan);
    context.progress.warn(renderReport(plan));
    await context.ask.confirm({ action: `recovering ${args.stack}`, yes: args.yes });
    context.progress.begin(`recovering ${args.stack}`);
    const { forceSignal, progress } = context;
    return reportResult(await recover(target, { ...choice, forceSignal, onEvent: engineProgress(progress) }));
  },
});

const STEPS: Readonly<Record<RecoverReport["steps"][number], string>> = {
  unlock: "remove the lock",
  refresh: "refresh the state",
  "clear-pending-creates": "forget interrupted creations",
};

/** A report of what would be done is a plan, whether somebody asked for no more or is asked next. */
const OUTCOMES: Readonly<Record<RecoverReport["outcome"], string>> = {
  recovered: "recovered",
  "dry-run": "plan",
  "needs-attention": "needs attention",
};

function renderReport(report: RecoverReport): string {
  const steps = report.steps.length === 0 ? "nothing to do" : report.steps.map((step) => STEPS[step]).join(", then ");
  const remaining = report.remaining.map(({ operation, name, type }) => `still ${operation}: ${name} (${type})`);
  return [renderFindings(report.found), `${OUTCOMES[report.outcome]}: ${steps}`, ...remaining].join("\n");
}

const reportResult = (report: RecoverReport) => ({
  schema: "slipway.recovery.v1",
  data: {
    stack: report.found.stack,
    outcome: report.outcome,
    steps: report.steps,
    remaining: report.remaining,
    found: inspectionJson(report.found),
  },
  text: () => renderReport(report),
  exitCode: exitCodeOf[report.outcome],
});
