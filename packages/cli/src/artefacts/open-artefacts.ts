import type { ArtefactClient, ConnectionOutput } from "@slipway/artefact-promotion/library";
import type { CommandContext } from "../context";
import { ArtefactsUnknownError } from "../errors";
import { stackTarget } from "../stack/options";

/** The artefacts that are promoted to one environment. */
export interface OpenArtefacts {
  readonly client: ArtefactClient;
  /** Where they come from and go to. */
  readonly hop: ConnectionOutput;
}

/** Stack output that says where the promotion is; a stack with an ArtefactPromotion exports its `connection` so. */
export const artefactsOutput = "artefacts";

/**
 * Opens the artefacts that are promoted to the environment of a stack, as the role that the stack's AWS provider assumes.
 *
 * @throws NoProjectError, ArtefactsUnknownError, InvalidInputError, and what reading outputs throws.
 */
export async function openArtefacts(stack: string, context: CommandContext): Promise<OpenArtefacts> {
  const target = stackTarget(stack, context);
  const { outputs, readStackSettings } = await context.libraries.automation();
  const { [artefactsOutput]: found } = await outputs(target, { signal: context.signal });
  if (found?.value === undefined || found.value === null) {
    throw new ArtefactsUnknownError(stack, artefactsOutput, found?.secret === true);
  }
  const library = await context.libraries.artefacts();
  const hop = library.parseConnection(found.value, `output ${artefactsOutput} of stack ${stack}`);
  const { roles, region } = readStackSettings(target.workDir, stack);
  return { hop, client: library.openArtefacts({ ...hop, region: hop.region ?? region, roles }) };
}
