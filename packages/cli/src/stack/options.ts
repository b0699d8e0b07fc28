import type { LocalTarget } from "@slipway/automation";
import type { CommandContext } from "../context";
import { NoProjectError } from "../errors";
import { findPulumiProject } from "./project";

/** Option of every command that works on one stack. */
export const stackOption = {
  stack: { type: "string", alias: "s", demandOption: true, describe: "Pulumi stack, e.g. staging" },
} as const;

/** Option of commands that can read the real resources before they work. */
export const refreshOption = {
  refresh: { type: "boolean", default: false, describe: "Read the real resources first" },
} as const;

/** Options of every command that runs the engine. */
export const engineOptions = {
  ...stackOption,
  target: { type: "string", array: true, describe: "URN to restrict the work to; may be repeated" },
  parallel: { type: "number", describe: "Resource operations at a time" },
} as const;

/**
 * The stack of the project around the current folder.
 *
 * @throws NoProjectError where there is no project.
 */
export function stackTarget(stack: string, { cwd }: CommandContext): LocalTarget {
  const workDir = findPulumiProject(cwd);
  if (workDir === undefined) throw new NoProjectError(cwd);
  return { stack, workDir };
}
