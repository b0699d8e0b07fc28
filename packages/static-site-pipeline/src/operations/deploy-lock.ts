import { layoutOf, type SiteTarget } from "../core/deploy-layout";
import { stateText, type SiteLock, type SiteRelease, type SiteState } from "../core/deploy-state";
import { readState } from "./deploy-claim";
import type { DeployDependencies } from "./deploy-dependencies";

/** Who holds publishing back, and why. */
export interface LockRequest {
  readonly target: SiteTarget;
  readonly holder: string;
  readonly reason: string;
}

/** How locking ended. */
export type LockResult =
  { readonly kind: "locked"; readonly lock: SiteLock } | { readonly kind: "held"; readonly lock: SiteLock };

/** Creates `lockSite`: nothing new goes live until it is unlocked. What is being published right now is finished. */
export const createLockSite =
  (deps: DeployDependencies) =>
  async ({ target, holder, reason }: LockRequest): Promise<LockResult> => {
    const wanted = { holder, reason, since: deps.clock.now().toISOString() };
    const { lock = wanted } = await change(deps, target, (state) =>
      state.lock === undefined ? { ...state, lock: wanted } : undefined,
    );
    return { kind: lock.holder === holder ? "locked" : "held", lock };
  };

/** Creates `unlockSite`; returns the lock that was there. */
export const createUnlockSite =
  (deps: DeployDependencies) =>
  async (target: SiteTarget): Promise<SiteLock | undefined> => {
    let removed: SiteLock | undefined;
    await change(deps, target, ({ lock, ...state }) => {
      removed = lock ?? removed;
      return lock === undefined ? undefined : state;
    });
    return removed;
  };

/** Changes the pointer until it is changed; returns the state that holds. */
async function change(
  deps: DeployDependencies,
  target: SiteTarget,
  next: (state: SiteState) => SiteState | undefined,
): Promise<SiteState> {
  const { pointer } = layoutOf(target);
  for (;;) {
    const { state, condition } = await readState(deps, layoutOf(target));
    const wanted = next(state);
    if (wanted === undefined) return state;
    const outcome = await deps.store.writeText(pointer, stateText({ ...wanted, mark: deps.ids.next() }), condition);
    if (outcome.kind === "written") return wanted;
  }
}

/** What is to be told of a site. */
export interface SiteOverview {
  /** Last published first; the first is live. */
  readonly releases: readonly SiteRelease[];
  readonly lock: SiteLock | undefined;
  /** Who is changing it. */
  readonly holder: string | undefined;
}

/** Creates `showSite`: releases that one can go back to, and who holds what. */
export const createShowSite =
  (deps: DeployDependencies) =>
  async (target: SiteTarget): Promise<SiteOverview> => {
    const { releases, lock, claim } = (await readState(deps, layoutOf(target))).state;
    return { releases, lock, holder: claim?.holder };
  };
