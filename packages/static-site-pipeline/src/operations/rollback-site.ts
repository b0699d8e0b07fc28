import { SiteReleaseNotFoundError } from "../core/deploy-errors";
import { layoutOf, type SiteLayout, type SiteTarget } from "../core/deploy-layout";
import { touchedBy, type PublishPlan } from "../core/deploy-plan";
import type { SiteText } from "../core/deploy-ports";
import type { SiteRelease, SiteState } from "../core/deploy-state";
import { parseManifest, type SiteFiles } from "../core/site-manifest";
import { acquire, readState, type Decision } from "./deploy-claim";
import type { DeployDependencies } from "./deploy-dependencies";
import { planner, publish, restoring } from "./deploy-publish";
import { changeSafely } from "./deploy-recover";
import { summarise, type DeployResult } from "./deploy-site";

/** Which release shall be live again. */
export interface RollbackRequest {
  readonly target: SiteTarget;
  /** @default the one that was live before */
  readonly release?: string | undefined;
  /** Rising number as of deploys: those with a lower one do not go live any more. @default no number of its own */
  readonly sequence?: number | undefined;
  readonly requestedBy: string;
  /** Go back although the site is locked. @default false */
  readonly override?: boolean | undefined;
}

/**
 * Creates `rollbackSite`: makes a kept release live again. Nothing is built or sent: the bucket makes the versions that
 * differ current again by itself.
 */
export const createRollbackSite =
  (deps: DeployDependencies) =>
  async (request: RollbackRequest): Promise<DeployResult> => {
    const layout = layoutOf(request.target);
    const claimId = deps.ids.next();
    const { seen, wanted, files } = await look(deps, layout, request.release);
    const planFor = planner(files);
    const decideOn = (state: SiteState): Decision<DeployResult> =>
      decide(state, request, wanted, planFor(state), claimId);
    const acquired = await acquire(deps, layout, decideOn, seen);
    if (acquired.kind === "outcome") return acquired.outcome;
    const { session } = acquired;
    const planned = planFor(session.state, session.dirty);
    const restored = Object.values(planned.writes).flatMap((each) => each.map(({ path }) => path));
    // Restoring makes versions that no manifest tells of.
    const plan = { ...planned, leftovers: [...planned.leftovers, ...restored] };
    const { replacedAt: _replacedAt, ...before } = wanted;
    const release = { ...before, publishedAt: deps.clock.now().toISOString() };
    const transfer = restoring(deps, session);
    await changeSafely(deps, session, () => publish(deps, session, { plan, release, transfer, known: true }));
    return summarise(plan, release);
  };

/** Reads what is live and what shall be: at the same time where the release is named, as the pipeline always does. */
async function look(deps: DeployDependencies, layout: SiteLayout, release: string | undefined) {
  const reading = release === undefined ? undefined : deps.store.readText(layout.manifest(release));
  // Who awaits it hears of it.
  reading?.catch(() => undefined);
  const seen = await readState(deps, layout);
  const wanted = findRelease(seen.state, release);
  return { seen, wanted, files: await filesOf(deps, layout, wanted.id, reading) };
}

function findRelease({ releases }: SiteState, id: string | undefined): SiteRelease {
  const found = id === undefined ? releases[1] : releases.find((each) => each.id === id);
  if (found === undefined) throw new SiteReleaseNotFoundError(id);
  return found;
}

/** Files of a kept release. @param reading Its manifest, when that was asked for. @throws SiteReleaseNotFoundError */
export async function filesOf(
  { store }: DeployDependencies,
  layout: SiteLayout,
  id: string,
  reading?: Promise<SiteText | undefined>,
): Promise<SiteFiles> {
  const key = layout.manifest(id);
  const found = await (reading ?? store.readText(key));
  if (found === undefined) throw new SiteReleaseNotFoundError(id);
  return parseManifest(key, found.text);
}

function decide(
  state: SiteState,
  request: RollbackRequest,
  wanted: SiteRelease,
  plan: PublishPlan,
  id: string,
): Decision<DeployResult> {
  const [current] = state.releases;
  const { sequence } = request;
  if (sequence !== undefined && sequence < state.sequence) {
    return { kind: "outcome", outcome: { kind: "superseded", sequence: state.sequence, by: current } };
  }
  findRelease(state, wanted.id);
  const known = sequence === undefined || sequence <= state.sequence;
  if (current?.id === wanted.id && known && state.claim === undefined && state.suspects.length === 0) {
    return { kind: "outcome", outcome: { kind: "unchanged", release: current } };
  }
  if (state.lock !== undefined && request.override !== true) {
    return { kind: "outcome", outcome: { kind: "locked", lock: state.lock } };
  }
  const touches = touchedBy(plan);
  return { kind: "claim", request: { id, kind: "rollback", holder: request.requestedBy, touches, sequence } };
}
