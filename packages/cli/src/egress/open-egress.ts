import type { EgressClient, EgressConnection } from "@slipway/data-egress/library";
import type { CommandContext } from "../context";
import { stackTarget } from "../stack/options";
import { DataEgressUnknownError } from "./errors";

/** A data egress that can be asked. */
export interface OpenEgress {
  readonly client: EgressClient;
  /** Name of it, for people. */
  readonly name: string;
  /** The component's own bucket, where it has one. */
  readonly sourceBucket?: string | undefined;
}

/** Stack output that says where the data egress is; a stack with a DataEgress exports its `connection` so. */
export const egressOutput = "dataEgress";

/**
 * Opens the data egress of a stack, as the role that the stack's AWS provider assumes.
 *
 * @throws NoProjectError, DataEgressUnknownError, and what reading outputs throws.
 */
export async function openEgress(stack: string, context: CommandContext): Promise<OpenEgress> {
  const target = stackTarget(stack, context);
  const { outputs, readStackSettings } = await context.libraries.automation();
  const { [egressOutput]: found } = await outputs(target, { signal: context.signal });
  const connection = readConnection(stack, found?.value);
  const library = await context.libraries.egress();
  const { roles: assumeRoles, region } = readStackSettings(target.workDir, stack);
  return {
    client: library.openEgress({ ...connection, region: connection.region ?? region, assumeRoles }),
    name: connection.name,
    sourceBucket: connection.sourceBucket,
  };
}

const NEEDED = ["name", "rowsTable", "ledgerTable", "queueUrl", "deadLetterQueueUrl"] as const;

function readConnection(stack: string, value: unknown): EgressConnection {
  if (value === undefined || value === null) throw new DataEgressUnknownError(stack, egressOutput, "is not there");
  const given = new Map<string, unknown>(Object.entries(value));
  const missing = NEEDED.filter((name) => typeof given.get(name) !== "string" || given.get(name) === "");
  if (missing.length > 0) throw new DataEgressUnknownError(stack, egressOutput, `lacks ${missing.join(", ")}`);
  return value as EgressConnection;
}
