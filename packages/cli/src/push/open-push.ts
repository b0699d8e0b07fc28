import type { CodePushConnection, PushClient } from "@slipway/code-push/library";
import type { CommandContext } from "../context";
import { stackTarget } from "../stack/options";
import { CodePushUnknownError } from "./errors";

/** A code push that can be asked. */
export interface OpenPush {
  readonly client: PushClient;
  /** Name of it, for people. */
  readonly name: string;
}

/** Stack output that says where the code push is; a stack with a CodePush exports its `connection` so. */
export const pushOutput = "codePush";

/**
 * Opens the code push of a stack, as the role that the stack's AWS provider assumes.
 *
 * @throws NoProjectError, CodePushUnknownError, and what reading outputs throws.
 */
export async function openPush(stack: string, context: CommandContext): Promise<OpenPush> {
  const target = stackTarget(stack, context);
  const { outputs, readStackSettings } = await context.libraries.automation();
  const { [pushOutput]: found } = await outputs(target, { signal: context.signal });
  const connection = readConnection(stack, found?.value);
  const { openCodePush } = await context.libraries.push();
  const { roles, region } = readStackSettings(target.workDir, stack);
  return { client: openCodePush({ ...connection, region: connection.region ?? region, roles }), name: connection.name };
}

const NEEDED = ["name", "repositoriesPath", "queueUrl", "deadLetterQueueUrl"] as const;

function readConnection(stack: string, value: unknown): CodePushConnection {
  if (value === undefined || value === null) throw new CodePushUnknownError(stack, pushOutput, "is not there");
  const given = new Map<string, unknown>(Object.entries(value));
  const bucket = new Map<string, unknown>(Object.entries(given.get("bucket") ?? {}));
  const isText = (field: unknown): boolean => typeof field === "string" && field !== "";
  const missing = [
    ...NEEDED.filter((name) => !isText(given.get(name))),
    ...["name", "owner"].filter((name) => !isText(bucket.get(name))).map((name) => `bucket.${name}`),
  ];
  if (missing.length > 0) throw new CodePushUnknownError(stack, pushOutput, `lacks ${missing.join(", ")}`);
  return value as CodePushConnection;
}
