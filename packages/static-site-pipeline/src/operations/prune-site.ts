import { layoutOf, type SiteLayout, type SiteTarget } from "../core/deploy-layout";
import type { SiteVersion, VersionRef } from "../core/deploy-ports";
import { dirtyPaths, union, withoutClaim, type SiteState } from "../core/deploy-state";
import { planPrune, splitReleases, type PrunePlan } from "../core/deploy-prune";
import type { SiteFiles } from "../core/site-manifest";
import { parseManifest } from "../core/site-manifest";
import { acquire, readState, type ClaimSession, type Decision } from "./deploy-claim";
import type { DeployDependencies } from "./deploy-dependencies";
import { changeSafely, repair } from "./deploy-recover";

/** What of a site may go. */
export interface PruneRequest {
  readonly target: SiteTarget;
  /** Releases that stay, the live one among them. @default 5 */
  readonly keep?: number | undefined;
  /** A release that was live this recently stays in any case, in milliseconds. @default an hour */
  readonly grace?: number | undefined;
  readonly requestedBy: string;
}

/** What went. */
export interface PruneResult {
  readonly releases: readonly string[];
  /** Files that can no longer be fetched. */
  readonly files: readonly string[];
  /** Versions that were removed for good. */
  readonly versions: number;
}

const KEPT = 5;
const GRACE = 3_600_000;
const NOTHING: PruneResult = { releases: [], files: [], versions: 0 };

/** Creates `pruneSite`: removes what only releases that are kept no more need. */
export const createPruneSite =
  (deps: DeployDependencies) =>
  async (request: PruneRequest): Promise<PruneResult> => {
    const layout = layoutOf(request.target);
    const { state: seen } = await readState(deps, layout);
    if (dirtyPaths(seen).size > 0) await repair(deps, layout, []);
    const id = deps.ids.next();
    const acquired = await acquire(deps, layout, (state) => decide(deps, state, request, id));
    if (acquired.kind === "outcome") return acquired.outcome;
    const { session } = acquired;
    let result = NOTHING;
    await changeSafely(deps, session, async () => {
      result = await prune(deps, session, request);
    });
    return result;
  };

function split({ clock }: DeployDependencies, { releases }: SiteState, { keep = KEPT, grace = GRACE }: PruneRequest) {
  return splitReleases(releases, keep, new Date(clock.now().getTime() - grace).toISOString());
}

function decide(deps: DeployDependencies, state: SiteState, request: PruneRequest, id: string): Decision<PruneResult> {
  const { dropped } = split(deps, state, request);
  const work = dropped.length + state.pruning.length + state.leftovers.length;
  if (work === 0) return { kind: "outcome", outcome: NOTHING };
  return { kind: "claim", request: { id, kind: "prune", holder: request.requestedBy, touches: [] } };
}

async function prune(deps: DeployDependencies, session: ClaimSession, request: PruneRequest): Promise<PruneResult> {
  const { kept, dropped } = split(deps, session.state, request);
  // First of all nobody may go back to them any more.
  await session.write((state) => ({
    ...state,
    releases: kept,
    pruning: union(
      state.pruning,
      dropped.map(({ id }) => id),
    ),
  }));
  const { state, layout } = session;
  const [keptFiles, droppedFiles] = await Promise.all([
    manifestsOf(
      deps,
      layout,
      kept.map(({ id }) => id),
    ),
    manifestsOf(deps, layout, state.pruning),
  ]);
  const plan = planPrune(state, keptFiles, droppedFiles);
  await session.write((now) => touching(now, plan.dead));
  await removeFiles(deps, session, plan);
  const stray = await removeLeftovers(deps, session, plan);
  await deps.store.remove(state.pruning.map((release) => ({ key: layout.manifest(release) })));
  await session.write((now) => withoutClaim({ ...now, pruning: [], leftovers: plan.leftoversAfter }));
  return { releases: state.pruning, files: plan.dead, versions: plan.versions.length + stray };
}

const touching = (state: SiteState, paths: readonly string[]): SiteState =>
  state.claim === undefined
    ? state
    : { ...state, claim: { ...state.claim, touches: union(state.claim.touches, paths) } };

async function manifestsOf(
  { store }: DeployDependencies,
  layout: SiteLayout,
  releases: readonly string[],
): Promise<readonly SiteFiles[]> {
  return Promise.all(
    releases.map(async (release) => {
      const key = layout.manifest(release);
      const found = await store.readText(key);
      return found === undefined ? new Map() : parseManifest(key, found.text);
    }),
  );
}

async function removeFiles({ store }: DeployDependencies, session: ClaimSession, plan: PrunePlan): Promise<void> {
  const { files } = session.layout;
  await session.beat();
  if (plan.dead.length > 0) await store.remove(plan.dead.map((path) => ({ key: files + path })));
  await session.beat();
  const versions = plan.versions.map(({ path, versionId }) => ({ key: files + path, versionId }));
  if (versions.length > 0) await store.remove(versions);
}

/** Interrupted changes left versions that only the bucket knows of. */
async function removeLeftovers({ store }: DeployDependencies, session: ClaimSession, plan: PrunePlan): Promise<number> {
  const doomed: VersionRef[] = [];
  for (const path of session.state.leftovers) {
    await session.beat();
    const key = session.layout.files + path;
    for await (const page of store.versions(key)) {
      doomed.push(...page.filter((version) => version.key === key && isStray(version, plan.needed.get(path))));
    }
  }
  if (doomed.length > 0) await store.remove(doomed.map(({ key, versionId }) => ({ key, versionId })));
  return doomed.length;
}

const isStray = ({ latest, versionId }: SiteVersion, needed: ReadonlySet<string> | undefined): boolean =>
  !latest && needed?.has(versionId) !== true;
