import { ArtefactPromotion } from "@slipway/artefact-promotion";
import { BUCKET_PATTERN } from "../naming";

/** The team that takes artefacts over: everything under `builds/`, from the first one on. */
export function target(sourceAccount: string) {
  const { bucketName, connection, backfill } = new ArtefactPromotion("artefacts", {
    environment: "staging",
    sourceEnvironment: "integration",
    sourceAccount,
    bucketPattern: BUCKET_PATTERN,
    prefix: "builds/",
  });
  return { bucketName, connection, backfill };
}
