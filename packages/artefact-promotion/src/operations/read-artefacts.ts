import type {
  ArtefactClient,
  DiffArtefactsInput,
  DiffSummary,
  HistoryInput,
  ListArtefactsInput,
} from "../artefact-client";
import { addCounts, countDifferences } from "../core/difference";
import { ArtefactNotFoundError } from "../core/errors";
import type { BackfillJob, Promotion } from "../core/ledger";
import type { ListedObject, ObjectVersion } from "../core/objects";
import { inScope } from "../core/scope";
import { compareBuckets } from "./compare-buckets";
import type { PromotionDependencies } from "./dependencies";

const DAY = 24 * 60 * 60 * 1000;

/** Creates `listArtefacts`. */
export const createListArtefacts =
  ({ hop, objects }: PromotionDependencies): ArtefactClient["listArtefacts"] =>
  async ({ side = "target", prefix, limit = 1000 }: ListArtefactsInput = {}) => {
    const found: ListedObject[] = [];
    for await (const page of objects.list(hop[side], { prefix: prefix ?? hop.filter.prefix })) {
      found.push(...page.filter(({ key }) => inScope(hop.filter, key)));
      if (found.length >= limit) break;
    }
    return found.slice(0, limit);
  };

/** Creates `listVersions`. */
export const createListVersions =
  ({ hop, objects }: PromotionDependencies): ArtefactClient["listVersions"] =>
  async ({ key, limit = 20 }): Promise<readonly ObjectVersion[]> => {
    const versions = await objects.versions(hop.source, key, limit);
    if (versions.length === 0) throw new ArtefactNotFoundError(hop.source.name, key);
    return versions;
  };

/** Creates `diffArtefacts`. */
export const createDiffArtefacts =
  (deps: PromotionDependencies): ArtefactClient["diffArtefacts"] =>
  async ({ prefix, onDifference, onProgress, signal }: DiffArtefactsInput): Promise<DiffSummary> => {
    let [scanned, counts] = [0, countDifferences([])];
    for await (const page of compareBuckets(deps, { prefix })) {
      for (const difference of page.differences) onDifference(difference);
      scanned += page.scanned;
      counts = addCounts(counts, countDifferences(page.differences));
      onProgress?.(scanned);
      if (signal?.aborted === true) return { scanned, counts, complete: false };
    }
    return { scanned, counts, complete: true };
  };

/** Creates `history`. */
export const createHistory =
  ({ ledger, clock }: PromotionDependencies): ArtefactClient["history"] =>
  async ({ key, limit = 20, days = 30 }: HistoryInput = {}): Promise<readonly Promotion[]> => {
    if (key !== undefined) return ledger.ofArtefact(key, limit);
    const found: Promotion[] = [];
    for (let back = 0; back < days && found.length < limit; back += 1) {
      const day = new Date(clock.now().getTime() - back * DAY).toISOString().slice(0, 10);
      found.push(...(await ledger.ofDay(day, limit - found.length)));
    }
    return found;
  };

/** Creates `listBackfills`. */
export const createListBackfills =
  ({ ledger }: PromotionDependencies): ArtefactClient["listBackfills"] =>
  ({ limit = 20 } = {}): Promise<readonly BackfillJob[]> =>
    ledger.jobs(limit);
