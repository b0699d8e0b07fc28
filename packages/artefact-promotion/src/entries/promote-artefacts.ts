import { connectFunction } from "../adapters/connection";
import { createPromoteArtefacts } from "../handlers/promote-artefacts";
import { DEFAULT_LIMITS } from "../operations/dependencies";

/** Lambda: promotes what the messages of the queue point at. */
export const handler = createPromoteArtefacts({ ...connectFunction(process.env), limits: DEFAULT_LIMITS });
