import { ArtefactPromotion } from "@slipway/artefact-promotion";
import { BUCKET_PATTERN } from "../naming";

/**
 * The team that takes artefacts over: everything under `builds/`, from the first one on.
 *
 * @param protect Whether bucket and ledger refuse deletion.
 */
export function target(sourceAccount: string, protect = true) {
  const { bucketName, connection, backfill } = new ArtefactPromotion("artefacts", {
    environment: "staging",
    sourceEnvironment: "integration",
    sourceAccount,
    bucketPattern: BUCKET_PATTERN,
    prefix: "builds/",
    protect,
  });
  // `slipway artefacts` reads the output of this name.
  return { bucketName, artefacts: connection, backfill };
}
