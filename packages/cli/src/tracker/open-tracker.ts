import type { ReleaseTrackerClient, TrackerConnection } from "@slipway/release-tracker/library";
import type { CommandContext, Environment } from "../context";
import { TrackerTablesUnknownError } from "../errors";
import { stackTarget } from "../stack/options";
import { findPulumiProject } from "../stack/project";

/** Options that say which tracker. */
export interface TrackerArguments {
  readonly projectId?: string | undefined;
  readonly trackerStack?: string | undefined;
}

type Tables = Pick<TrackerConnection, "releasesTable" | "deploymentsTable" | "eventBus">;

/** Stack outputs that say where the tracker is; the stack that creates a ReleaseTracker exports them. */
export const trackerOutputs = {
  releasesTable: "releasesTable",
  deploymentsTable: "deploymentsTable",
  eventBus: "eventBus",
} as const;

/** The stack that holds the tracker: option, then SLIPWAY_TRACKER_STACK, then `tools`. */
export const trackerStackName = ({ trackerStack }: TrackerArguments, env: Environment): string =>
  trackerStack ?? env["SLIPWAY_TRACKER_STACK"] ?? "tools";

/**
 * Opens the tracker of the project around the current folder.
 *
 * The tables are named by SLIPWAY_RELEASES_TABLE and SLIPWAY_DEPLOYMENTS_TABLE, or else by the outputs of the tracker's
 * stack, which are read once for each command.
 *
 * @throws ManifestNotFoundError, InvalidInputError, TrackerTablesUnknownError, and what reading outputs throws.
 */
export async function openTracker(args: TrackerArguments, context: CommandContext): Promise<ReleaseTrackerClient> {
  const { findProject, openReleaseTracker } = await context.libraries.tracker();
  const { file, project, foreignKeys } = findProject({ directory: context.cwd, projectId: args.projectId });
  if (foreignKeys.length > 0) context.progress.note(describeForeignKeys(file, foreignKeys));
  const tables = tablesFromEnvironment(context.env) ?? (await tablesFromStack(args, context));
  return openReleaseTracker({ project, ...tables, workDir: findPulumiProject(context.cwd) });
}

/** One line about keys of the manifest that nothing of Slipway's reads. */
export const describeForeignKeys = (file: string, keys: readonly string[]): string =>
  `${file}: ignored, since Slipway has no such key: ${keys.join(", ")}`;

function tablesFromEnvironment(env: Environment): Tables | undefined {
  const releasesTable = env["SLIPWAY_RELEASES_TABLE"];
  const deploymentsTable = env["SLIPWAY_DEPLOYMENTS_TABLE"];
  if (!releasesTable || !deploymentsTable) return undefined;
  return { releasesTable, deploymentsTable, eventBus: env["SLIPWAY_EVENT_BUS"] };
}

async function tablesFromStack(args: TrackerArguments, context: CommandContext): Promise<Tables> {
  const stack = trackerStackName(args, context.env);
  const { outputs } = await context.libraries.automation();
  const found = await outputs(stackTarget(stack, context), { signal: context.signal });
  const text = (name: string): string | undefined => {
    const value = found[name]?.value;
    return typeof value === "string" ? value : undefined;
  };
  const releasesTable = text(trackerOutputs.releasesTable);
  const deploymentsTable = text(trackerOutputs.deploymentsTable);
  if (releasesTable === undefined || deploymentsTable === undefined) {
    const needed = [trackerOutputs.releasesTable, trackerOutputs.deploymentsTable];
    throw new TrackerTablesUnknownError(
      stack,
      needed.filter((name) => text(name) === undefined),
    );
  }
  return { releasesTable, deploymentsTable, eventBus: text(trackerOutputs.eventBus) };
}
