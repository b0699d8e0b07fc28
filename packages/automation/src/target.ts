import { InvalidInputError } from "@slipway/core";

/** A stack whose program lies in a folder with a `Pulumi.yaml`; plain `pulumi up` in that folder does the same. */
export interface LocalTarget {
  /** Stack name, e.g. `integration`. */
  stack: string;
  /** Folder that holds `Pulumi.yaml`; absolute, or relative to the current folder. */
  workDir: string;
}

/** A stack whose program is a function of this process: no folder, no language host, no second type check. */
export interface InlineTarget {
  /** Stack name, e.g. `integration`. */
  stack: string;
  /** Pulumi project name. */
  project: string;
  /** Declares the resources and returns the stack's outputs. */
  program: () => Promise<Record<string, unknown> | void>;
  /**
   * Plain configuration, e.g. `{ "aws:region": "eu-west-2" }`. Not for secrets: hand those to the program in its closure
   * and wrap them in `pulumi.secret`.
   */
  config?: Record<string, string>;
}

/** What an operation works on. */
export type StackTarget = LocalTarget | InlineTarget;

// `stack`, or `organisation/stack`, or `organisation/project/stack`.
const STACK_NAME = /^[\w.-]+(?:\/[\w.-]+){0,2}$/;
// `..` is a way to a folder, which the CLI would take for an organisation.
const DOTS = /^\.+$/;

/** @throws InvalidInputError when the stack's name cannot be one. */
export function requireStackName(stack: string): void {
  if (STACK_NAME.test(stack) && !stack.startsWith("-") && !stack.split("/").some((part) => DOTS.test(part))) return;
  throw new InvalidInputError(
    "stack",
    `${JSON.stringify(stack)} is not a stack name`,
    "use letters, digits, dots, hyphens and underscores",
  );
}
