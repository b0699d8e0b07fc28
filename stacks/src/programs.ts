import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { InvalidInputError } from "@slipway/core";
import { ENVIRONMENTS, type EnvironmentName } from "./config";
import { environment, type EnvironmentSettings } from "./environment";
import { tools, toolsSettings } from "./tools";

/** Makes the resources of a stack and returns its outputs. */
export type StackProgram = () => Record<string, unknown>;

function environmentSettings(config = new pulumi.Config()): EnvironmentSettings {
  return {
    region: new pulumi.Config("aws").require<aws.Region>("region"),
    toolsAccount: config.require("toolsAccount"),
    imageReaderRoleArn: config.get("imageReaderRoleArn"),
  };
}

const environmentNames = Object.keys(ENVIRONMENTS) as EnvironmentName[];

const programs: Readonly<Record<string, StackProgram>> = {
  tools: () => tools(toolsSettings()),
  ...Object.fromEntries(
    environmentNames.map((name) => [name, () => environment(name, ENVIRONMENTS[name], environmentSettings())]),
  ),
};

/** The program of a stack. @throws InvalidInputError listing the stacks there are. */
export function programOf(stack: string): StackProgram {
  const program = programs[stack];
  if (program !== undefined) return program;
  throw new InvalidInputError("stack", `there is no stack ${stack}`, `use one of: ${Object.keys(programs).join(", ")}`);
}
