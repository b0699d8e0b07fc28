import type { LocalEnvironment } from "@slipway/local";
import { measureBackfill } from "./artefacts/backfill";
import { measureLargeObject } from "./artefacts/large-object";
import { measurePromotion } from "./artefacts/promotion";
import type { Measurement } from "./measure";

/**
 * What it costs to promote artefacts: 10,000 small ones by the function behind the queue, as many by a backfill, and one
 * of 1 GiB. On loopback, times tell of processors and of the emulator, and nothing of S3: never quote them as such.
 */
export async function run({ endpoint }: LocalEnvironment): Promise<readonly Measurement[]> {
  return [...(await measurePromotion(endpoint)), ...(await measureBackfill(endpoint)), ...(await measureLargeObject())];
}
