/** What the two teams agree on: how the buckets of all environments are called. */
export const BUCKET_PATTERN = "shop-{env}-artefact";
