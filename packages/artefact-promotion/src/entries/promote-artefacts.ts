import { withSpacedRetries } from "@slipway/aws-runtime";
import { connectFunction } from "../adapters/connection";
import { createPromoteArtefacts } from "../handlers/promote-artefacts";
import { DEFAULT_LIMITS } from "../operations/dependencies";

const deps = connectFunction(process.env);

/** Lambda: promotes what the messages of the queue point at. */
export const handler = withSpacedRetries(createPromoteArtefacts({ ...deps, limits: DEFAULT_LIMITS }), {
  ...deps,
  hide: deps.queue.hide,
});
