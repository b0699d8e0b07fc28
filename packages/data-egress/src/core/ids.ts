import { createHash } from "node:crypto";
import type { Flag } from "./flags";
import type { Row } from "./rows";

const hash = (...parts: readonly string[]): string =>
  createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);

/** The job of a flag: the same for every delivery of its event, another one when the flag is put again. */
export const jobIdOf = ({ bucket, key, versionId, etag = "", sequencer = "", replayId }: Flag): string =>
  hash(bucket, key, versionId ?? `${etag} ${sequencer}`, ...(replayId === undefined ? [] : [replayId]));

/** The delivery of one file of a job to one place: the same after a crash, and when the row was mended. */
export const deliveryIdOf = (
  jobId: string,
  { pipeline, transferType, destinationBucket }: Pick<Row, "pipeline" | "transferType" | "destinationBucket">,
  target: string,
  source: string,
): string => hash(jobId, pipeline, transferType, destinationBucket, target, source);
