import type { UnlockReport } from "@slipway/automation";
import { defineCommand } from "../command";
import { stackOption, stackTarget } from "../stack/options";
import { inspectionJson, renderFindings } from "../stack/render-inspection";

export const command = defineCommand({
  describe: "Say who holds a stack's lock, and remove it when its holder is gone",
  mutates: true,
  options: {
    ...stackOption,
    force: { type: "boolean", default: false, describe: "Even if its holder is alive or on another host" },
  },
  examples: [
    ["slipway unlock --stack staging --dry-run", "Who holds it"],
    ["slipway unlock --stack staging", "Ask, then remove a lock whose holder is gone"],
  ],
  run: async ({ stack, force, dryRun, yes }, context) => {
    const { unlock } = await context.libraries.automation();
    const target = stackTarget(stack, context);
    const plan = await unlock(target, { dryRun: true, force, signal: context.signal });
    if (dryRun || plan.action === "nothing-to-do") return reportResult(plan);
    context.progress.warn(renderFindings(plan.found));
    await context.ask.confirm({ action: `removing the lock of ${stack}`, yes });
    return reportResult(await unlock(target, { force, signal: context.signal }));
  },
});

const ACTIONS: Readonly<Record<UnlockReport["action"], string>> = {
  "nothing-to-do": "nothing to unlock",
  "would-unlock": "plan: remove the lock",
  unlocked: "the lock is removed",
};

const reportResult = ({ found, action }: UnlockReport) => ({
  schema: "slipway.unlock.v1",
  data: { stack: found.stack, action, found: inspectionJson(found) },
  text: () => `${renderFindings(found)}\n${ACTIONS[action]}`,
});
