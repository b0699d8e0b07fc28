import { AsyncLocalStorage } from "node:async_hooks";
import { InvalidInputError } from "@slipway/core";
import type { PulumiCommand, Stack } from "@pulumi/pulumi/automation";
import type { InlineTarget } from "../target";
import { untilRegistered } from "./lost-engine";

/** The private half of the SDK's `PulumiCommand`: how it starts the CLI. Held to the pinned SDK by a test. */
interface CommandRunner extends Pick<PulumiCommand, "command" | "version"> {
  run(args: string[]): Promise<{ stdout: string; stderr: string; code: number }>;
}

const insideProgram = new AsyncLocalStorage<true>();
let previous: Promise<unknown> = Promise.resolve();

/**
 * Serves the target's program to the engine while `run` runs, and passes the arguments that tell the CLI where it is.
 *
 * Inline programs share process-wide error handlers, so they take turns: a second one waits for the first.
 *
 * @throws InvalidInputError when called from within an inline program, which would wait for itself.
 */
export async function hostInline<T>(
  target: InlineTarget,
  workDir: string,
  run: (programArguments: string[]) => Promise<T>,
): Promise<T> {
  if (insideProgram.getStore() === true) {
    throw new InvalidInputError("program", "an inline program cannot run another one", "run the two after each other");
  }
  const turn = previous.then(() => serve(target, workDir, run));
  previous = turn.catch(() => undefined);
  return turn;
}

async function serve<T>(
  target: InlineTarget,
  workDir: string,
  run: (programArguments: string[]) => Promise<T>,
): Promise<T> {
  const results: T[] = [];
  const stack = await openStack(target, workDir, {
    command: "pulumi",
    version: null,
    async run(args) {
      results.push(await run(args.filter((argument) => argument.startsWith("--client="))));
      return { stdout: "", stderr: "", code: 0 };
    },
  });
  const late = await keepLateErrors(() => stack.up());
  const [result] = results;
  if (result === undefined) throw new TypeError("the SDK did not start the CLI");
  if (late.length > 0) throw late[0];
  return result;
}

/**
 * The SDK's `up` hosts the program and starts the CLI through our runner. What it would read before and after (select,
 * outputs twice, history: four processes) is switched off, since events already told it.
 */
async function openStack(target: InlineTarget, workDir: string, runner: CommandRunner): Promise<Stack> {
  // Loaded when needed: it takes half a second, which targets with a folder need not pay.
  const automation = await import("@pulumi/pulumi/automation/index.js");
  const workspace = await automation.LocalWorkspace.create({
    workDir,
    program: () =>
      insideProgram.run(true, async () => {
        const outputs = (await target.program()) ?? {};
        await untilRegistered();
        return outputs;
      }),
    pulumiCommand: runner,
  });
  workspace.selectStack = async () => undefined;
  workspace.stackOutputs = async () => ({});
  const stack = await automation.Stack.select(target.stack, workspace);
  stack.info = async () => undefined;
  return stack;
}

/** A rejection of the program that nobody awaits may come after the SDK stopped listening; it must not end the process. */
async function keepLateErrors(work: () => Promise<unknown>): Promise<unknown[]> {
  const errors: unknown[] = [];
  let isOver = false;
  const keep = (error: unknown) => {
    if (isOver) errors.push(error);
  };
  process.on("unhandledRejection", keep);
  process.on("uncaughtException", keep);
  try {
    await work();
  } finally {
    isOver = true;
    await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", keep);
    process.off("uncaughtException", keep);
  }
  return errors;
}
