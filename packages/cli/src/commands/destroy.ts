import { SlipwayError } from "@slipway/core";
import { defineCommand } from "../command";
import type { CommandContext } from "../context";
import { operationResult } from "../stack/operation-result";
import { engineOptions, stackTarget } from "../stack/options";
import { isProtected, type EnvironmentRules } from "../stack/protection";
import { runEngine, runPreview, showPreview } from "../stack/run-engine";
import { trackerStackName } from "../tracker/open-tracker";
import { trackerOptions } from "../tracker/options";

export const command = defineCommand({
  describe: "Delete every resource of a stack",
  mutates: true,
  options: {
    ...engineOptions,
    ...trackerOptions,
    confirm: { type: "string", describe: "Name of the stack, instead of typing it; protected environments need it" },
    "remove-stack": { type: "boolean", default: false, describe: "Remove the emptied stack and its history too" },
  },
  examples: [
    ["slipway destroy --stack integration --yes", "An environment that nothing guards"],
    ["slipway destroy --stack production --confirm production", "A protected one: its name, not just yes"],
  ],
  run: async (args, context) => {
    const { stack } = args;
    const target = stackTarget(stack, context);
    const planned = await runPreview(target, args, context, { operation: "destroy" });
    if (args.dryRun) return operationResult(planned, true);
    const environments = await manifestEnvironments(args.projectId, context);
    const typed = args.confirm !== undefined || isProtected(stack, environments, trackerStackName(args, context.env));
    showPreview(planned, typed ? args.confirm === undefined : !args.yes, context);
    const action = `destroying ${stack}`;
    if (typed) await context.ask.typeName({ action, expected: stack, confirm: args.confirm });
    else await context.ask.confirm({ action, yes: args.yes });
    const { destroy } = await context.libraries.automation();
    const call = runEngine(
      `destroying ${stack}`,
      args,
      context,
      (common) => destroy(target, { ...common, removeStack: args.removeStack }),
      { total: planned.resources.length },
    );
    return operationResult(await call, false);
  },
});

// A project without a manifest releases nothing, so nothing in it is guarded.
async function manifestEnvironments(
  projectId: string | undefined,
  { cwd, libraries }: CommandContext,
): Promise<readonly EnvironmentRules[]> {
  const { findProject } = await libraries.tracker();
  try {
    return findProject({ directory: cwd, projectId }).project.environments;
  } catch (error) {
    if (error instanceof SlipwayError && error.code === "manifest-not-found") return [];
    throw error;
  }
}
