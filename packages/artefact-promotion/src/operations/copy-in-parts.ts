import pMap from "p-map";
import { UploadLeftBehindError } from "../core/errors";
import type { NewObject, PartedUpload, PartOutcome, UploadedPart, WriteCondition, WriteOutcome } from "../core/ports";
import type { PartRange } from "../core/parts";
import type { CopyDependencies } from "./dependencies";

type Refusal = Extract<PartOutcome, { kind: "refused" }>;

/** How an upload in parts is done. */
export interface PartsPlan {
  readonly key: string;
  readonly made: NewObject;
  readonly ranges: readonly PartRange[];
  /** Parts at once. */
  readonly atOnce: number;
  readonly condition: WriteCondition;
  readonly part: (upload: PartedUpload, range: PartRange) => Promise<PartOutcome>;
}

/**
 * Makes an object out of parts. Unless it is complete in the end, the upload is removed with all its parts.
 *
 * @throws what the first part that failed threw; UploadLeftBehindError when the removal failed as well.
 */
export async function copyInParts(
  { objects, hop }: CopyDependencies,
  { key, made, ranges, atOnce, condition, part }: PartsPlan,
): Promise<WriteOutcome | Refusal> {
  const upload = await objects.startUpload(hop.target, key, made);
  try {
    const done = await runParts(ranges, atOnce, (range) => part(upload, range));
    const outcome = done.kind === "parts" ? await objects.completeUpload(upload, done.parts, condition) : done;
    if (outcome.kind !== "written") await objects.abortUpload(upload);
    return outcome;
  } catch (error) {
    await abortAfter(error, () => objects.abortUpload(upload), upload);
    throw error;
  }
}

type Parts = { readonly kind: "parts"; readonly parts: readonly UploadedPart[] };

/** Starts no part after one has failed, and returns or throws only when none is under way any more. */
async function runParts(
  ranges: readonly PartRange[],
  concurrency: number,
  run: (range: PartRange) => Promise<PartOutcome>,
): Promise<Parts | Exclude<PartOutcome, { kind: "part" }>> {
  const problems: unknown[] = [];
  let stopped: Exclude<PartOutcome, { kind: "part" }> | undefined;
  const work = async (range: PartRange): Promise<UploadedPart | undefined> => {
    if (problems.length > 0 || stopped !== undefined) return undefined;
    try {
      const outcome = await run(range);
      if (outcome.kind === "part") return outcome.part;
      stopped = outcome;
    } catch (error) {
      problems.push(error);
    }
    return undefined;
  };
  const parts = await pMap(ranges, work, { concurrency });
  if (problems.length > 0) throw problems[0];
  return stopped ?? { kind: "parts", parts: parts.filter((each) => each !== undefined) };
}

async function abortAfter(error: unknown, abort: () => Promise<void>, { key, id }: PartedUpload): Promise<void> {
  try {
    await abort();
  } catch (problem) {
    throw new UploadLeftBehindError(key, id, { cause: new AggregateError([error, problem]) });
  }
}
