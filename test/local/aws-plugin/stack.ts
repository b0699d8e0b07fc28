import * as pulumi from "@pulumi/pulumi";
import {
  LocalWorkspace,
  PulumiCommand,
  type EngineEvent,
  type OutputMap,
  type PulumiFn,
  type Stack,
} from "@pulumi/pulumi/automation";
import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** What the engine did to each resource, by logical name. */
export type Operations = ReadonlyMap<string, ReadonlySet<string>>;

/** Collects operations from engine events. */
export function recordOperations(): { onEvent(event: EngineEvent): void; operations: Operations } {
  const operations = new Map<string, Set<string>>();
  const onEvent = (event: EngineEvent): void => {
    const metadata = event.resourcePreEvent?.metadata;
    const name = metadata?.urn.split("::").at(-1);
    if (metadata === undefined || name === undefined) return;
    operations.set(name, (operations.get(name) ?? new Set()).add(metadata.op));
  };
  return { onEvent, operations };
}

/** Name of the project that inline stacks are of. */
export const PROJECT = "aws-plugin";

let command: Promise<PulumiCommand> | undefined;

/** An inline stack on the running local environment, made anew. */
export async function inlineStack(
  name: string,
  program: PulumiFn,
  config: Record<string, string> = {},
): Promise<Stack> {
  const projectName = PROJECT;
  const stack = await LocalWorkspace.createStack(
    { stackName: name, projectName, program },
    {
      projectSettings: { name: projectName, runtime: "nodejs" },
      pulumiCommand: await (command ??= PulumiCommand.get()),
    },
  );
  const values = Object.entries(config).map(([key, value]) => [key, { value }] as const);
  if (values.length > 0) await stack.setAllConfig(Object.fromEntries(values));
  // What the SDK asks for around each operation, by commands that take as long as a small operation; nobody reads it.
  stack.info = () => Promise.resolve(undefined);
  stack.workspace.selectStack = () => Promise.resolve(undefined);
  stack.workspace.stackOutputs = () => Promise.resolve({});
  return stack;
}

/** Outputs with which of them are secret. */
export const outputsOf = ({ name, workspace }: Stack) => LocalWorkspace.prototype.stackOutputs.call(workspace, name);

/** Deploys the stack. @returns its outputs as the SDK gives them, but for which of them are secret: that would take a second command */
export async function deployed(stack: Stack): Promise<OutputMap> {
  await stack.up();
  const { name, workspace } = stack;
  const args = ["stack", "output", "--json", "--show-secrets", "--stack", name, "--non-interactive"];
  const { stdout } = await promisify(execFile)("pulumi", args, { cwd: workspace.workDir });
  const outputs = Object.entries(JSON.parse(stdout) as Record<string, unknown>);
  return Object.fromEntries(outputs.map(([key, value]) => [key, { value, secret: false }]));
}

/** Refreshes a stack. @returns how many resources were found to be how */
export async function refreshChanges(stack: Stack): Promise<Readonly<Record<string, number>>> {
  let changes: Readonly<Record<string, number>> = {};
  await stack.refresh({
    onEvent: ({ summaryEvent }) => {
      changes = summaryEvent?.resourceChanges ?? changes;
    },
  });
  return changes;
}

/** Destroys the stack's resources and forgets the stack, in one command. */
export async function removeStack({ name, workspace }: Stack): Promise<void> {
  const args = ["destroy", "--yes", "--skip-preview", "--remove", "--stack", name, "--non-interactive"];
  await promisify(execFile)("pulumi", args, { cwd: workspace.workDir });
}

/** A resource of any type, with the outputs that its arguments do not name. */
export class AnyResource extends pulumi.CustomResource {
  constructor(
    token: string,
    name: string,
    args: pulumi.Inputs,
    outputs: readonly string[] = [],
    options?: pulumi.CustomResourceOptions,
  ) {
    super(token, name, { ...Object.fromEntries(outputs.map((output) => [output, undefined])), ...args }, options);
  }

  /** One of the named outputs as text. */
  output(name: string): pulumi.Output<string> {
    return pulumi.interpolate`${this.raw(name)}`;
  }

  /** One of the named outputs: the SDK makes each a property of the resource. */
  raw(name: string): pulumi.Input<unknown> {
    return new Map<string, unknown>(Object.entries(this)).get(name);
  }
}
