export { ArtefactPromotion } from "./artefact-promotion";
export type { ArtefactPromotionArgs, BucketOutput, KeyFilterOutput, PromotionOutput } from "./artefact-promotion";
export { ArtefactSource } from "./artefact-source";
export type { ArtefactSourceArgs } from "./artefact-source";
export { EVENT_SOURCE, EVENT_TYPES } from "./contract";
export type { EventType } from "./contract";
export { artefactName } from "./names";
export type { ArtefactTarget } from "./names";
