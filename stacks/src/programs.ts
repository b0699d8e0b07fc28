import { InvalidInputError } from "@slipway/core";
import { ENVIRONMENTS, type EnvironmentName } from "./config";
import { environment } from "./environment";
import { readSettings } from "./settings";
import { tools } from "./tools";

/** Makes the resources of a stack and returns its outputs. */
export type StackProgram = () => Record<string, unknown>;

const environmentNames = Object.keys(ENVIRONMENTS) as EnvironmentName[];

const programs: Readonly<Record<string, StackProgram>> = {
  tools: () => tools(readSettings()),
  ...Object.fromEntries(
    environmentNames.map((name) => [name, () => environment(name, ENVIRONMENTS[name], readSettings())]),
  ),
};

/** The program of a stack. @throws InvalidInputError listing the stacks there are. */
export function programOf(stack: string): StackProgram {
  const program = programs[stack];
  if (program !== undefined) return program;
  throw new InvalidInputError("stack", `there is no stack ${stack}`, `use one of: ${Object.keys(programs).join(", ")}`);
}
