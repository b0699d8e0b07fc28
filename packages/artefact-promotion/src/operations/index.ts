import type { ArtefactClient } from "../artefact-client";
import { createBackfill } from "./backfill";
import { checkedClient } from "./checked-client";
import type { PromotionDependencies } from "./dependencies";
import { createPromoteArtefact } from "./promote-artefact";
import {
  createDiffArtefacts,
  createHistory,
  createListArtefacts,
  createListBackfills,
  createListVersions,
} from "./read-artefacts";
import { createRedrive } from "./redrive";

export type { CopyLimits, Hop, PromotionDependencies, RouteMemory } from "./dependencies";
export { DEFAULT_LIMITS, hopName } from "./dependencies";

/** Every operation over the same dependencies. */
export const createArtefactClient = (deps: PromotionDependencies): ArtefactClient =>
  checkedClient({
    listArtefacts: createListArtefacts(deps),
    listVersions: createListVersions(deps),
    diffArtefacts: createDiffArtefacts(deps),
    backfill: createBackfill(deps),
    listBackfills: createListBackfills(deps),
    promoteArtefact: createPromoteArtefact(deps),
    history: createHistory(deps),
    redrive: createRedrive(deps),
  });
