import type { SiteClient, SitesConnection } from "@slipway/static-site-pipeline/library";
import type { CommandContext } from "../context";
import { stackTarget } from "../stack/options";
import { StaticSitesUnknownError } from "./errors";

/** Static sites that can be asked. */
export interface OpenSites {
  readonly client: SiteClient;
  /** Name of them together, for people. */
  readonly name: string;
  /** Names of the queues that dead letters can be sent back to. */
  readonly queues: readonly string[];
}

/** Stack output that says where the sites are; a stack with a StaticSitePipeline exports its `connection` so. */
export const sitesOutput = "staticSites";

/**
 * Opens the static sites of a stack, as the role that the stack's AWS provider assumes.
 *
 * @throws NoProjectError, StaticSitesUnknownError, and what reading outputs throws.
 */
export async function openSites(stack: string, context: CommandContext): Promise<OpenSites> {
  const target = stackTarget(stack, context);
  const { outputs, readStackSettings } = await context.libraries.automation();
  const { [sitesOutput]: found } = await outputs(target, { signal: context.signal });
  const connection = readConnection(stack, found?.value);
  const library = await context.libraries.sites();
  const { roles } = readStackSettings(target.workDir, stack);
  return {
    client: library.openSites({ ...connection, roles }),
    name: connection.name,
    queues: Object.keys(connection.queues ?? {}),
  };
}

const NEEDED = ["name", "region", "account", "table", "executorQueueUrl", "artefactBucket"] as const;

function readConnection(stack: string, value: unknown): SitesConnection {
  if (value === undefined || value === null) throw new StaticSitesUnknownError(stack, sitesOutput, "is not there");
  const given = new Map<string, unknown>(Object.entries(value));
  const missing = NEEDED.filter((name) => typeof given.get(name) !== "string" || given.get(name) === "");
  if (missing.length > 0) throw new StaticSitesUnknownError(stack, sitesOutput, `lacks ${missing.join(", ")}`);
  return value as SitesConnection;
}
