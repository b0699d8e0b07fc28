import pMap from "p-map";
import { InvalidationBusyError, SiteVersionGoneError } from "../core/deploy-errors";
import { planPublication, type PublishPlan } from "../core/deploy-plan";
import { dirtyPaths, withLive, withoutClaim, type SiteRelease, type SiteState } from "../core/deploy-state";
import { planInvalidation, type InvalidationBatch } from "../core/invalidation";
import { manifestText, type SiteFile, type SiteFiles } from "../core/site-manifest";
import type { ClaimSession } from "./deploy-claim";
import type { DeployDependencies } from "./deploy-dependencies";

/** Makes a file current in the bucket; returns its version. */
export type Transfer = (file: SiteFile) => Promise<string>;

/** What shall be live, and how its files get there. */
export interface Publication {
  readonly plan: PublishPlan;
  /** Nothing when no release shall be live. */
  readonly release: SiteRelease | undefined;
  readonly transfer: Transfer;
  /** Whether the release has a manifest already. */
  readonly known: boolean;
}

/** Brings a release live, step by step in the order that keeps every page whole. @throws ClaimLostError */
export async function publish(
  deps: DeployDependencies,
  session: ClaimSession,
  publication: Publication,
): Promise<void> {
  const files = new Map(publication.plan.files);
  for (const step of deps.order) {
    if (step === "pointer") await pointTo(deps, session, publication, files);
    else if (step === "removals") await finish(deps, session, publication.plan.remove);
    else await transferAll(deps, session, publication, publication.plan.writes[step], files);
  }
}

async function transferAll(
  { limits }: DeployDependencies,
  session: ClaimSession,
  { transfer }: Publication,
  wanted: readonly SiteFile[],
  files: Map<string, SiteFile>,
): Promise<void> {
  await eachOf(wanted, limits.filesAtOnce, async (file) => {
    await session.beat();
    files.set(file.path, { ...file, versionId: await transfer(file) });
  });
}

/** Like a loop, several at once: none is under way any more when it returns or throws. */
export async function eachOf<T>(
  items: readonly T[],
  concurrency: number,
  run: (item: T) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = [];
  const guarded = async (item: T): Promise<void> => {
    if (failures.length > 0) return;
    await run(item).catch((error: unknown) => void failures.push(error));
  };
  await pMap(items, guarded, { concurrency });
  if (failures.length > 0) throw failures[0];
}

async function pointTo(
  { store, distribution }: DeployDependencies,
  session: ClaimSession,
  { plan, release, known }: Publication,
  files: SiteFiles,
): Promise<void> {
  const { layout, state } = session;
  if (release !== undefined && !known) await store.writeText(layout.manifest(release.id), manifestText(files));
  const reference = `slipway-${state.claim?.id ?? state.fence}`;
  const invalidate = distribution === undefined ? [] : planInvalidation(reference, layout.url, plan.invalidate);
  const { leftovers, remove } = plan;
  await session.write((now) =>
    withLive(now, { release, files, finish: { remove: [...remove], invalidate }, leftovers }),
  );
}

/** Does what is left to do for what is live: this release's, and what one before it did not get to do. */
async function finish(deps: DeployDependencies, session: ClaimSession, planned: readonly string[]): Promise<void> {
  const { claim } = session.state;
  if (claim === undefined) return;
  const { remove, invalidate } = claim.finish;
  const gone = [...new Set([...remove, ...planned])].map((path) => ({ key: session.layout.files + path }));
  if (gone.length > 0) await deps.store.remove(gone);
  for (const batch of invalidate) await invalidateBatch(deps, session, batch);
  await session.write(withoutClaim);
}

async function invalidateBatch(
  { distribution, sleeper, limits }: DeployDependencies,
  session: ClaimSession,
  { reference, paths }: InvalidationBatch,
): Promise<void> {
  if (distribution === undefined) return;
  let pause = limits.firstPause;
  for (let attempt = 1; attempt <= limits.invalidationAttempts; attempt += 1) {
    if ((await distribution.invalidate(reference, paths)) === "accepted") return;
    await sleeper.sleep(pause);
    await session.beat();
    pause = Math.min(pause * 2, limits.longestPause);
  }
  throw new InvalidationBusyError(limits.invalidationAttempts);
}

/** Plans how files become live, once for each state that was looked at. */
export function planner(files: SiteFiles): (state: SiteState, dirty?: ReadonlySet<string>) => PublishPlan {
  let last: { readonly live: SiteFiles; readonly plan: PublishPlan } | undefined;
  return (state, dirty = dirtyPaths(state)) => {
    // Under the claim that was put since, the same files are live.
    if (last?.live !== state.live) last = { live: state.live, plan: planPublication(files, state.live, dirty) };
    return last.plan;
  };
}

/** Makes a stored version current again, by the server. */
export const restoring =
  ({ store }: DeployDependencies, { layout }: ClaimSession): Transfer =>
  async ({ path, versionId = "" }) => {
    const key = layout.files + path;
    const restored = await store.restore(key, versionId);
    if (restored === undefined) throw new SiteVersionGoneError(key, versionId);
    return restored.versionId;
  };
