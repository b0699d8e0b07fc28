import { connectFunction } from "../adapters/connection";
import { createBackfillArtefacts } from "../handlers/backfill-artefacts";
import { DEFAULT_LIMITS } from "../operations/dependencies";

/** Lambda: brings what an environment missed. */
export const handler = createBackfillArtefacts({ ...connectFunction(process.env), limits: DEFAULT_LIMITS });
