import { ClaimLostError } from "../core/deploy-errors";
import type { SiteLayout } from "../core/deploy-layout";
import { planPublication, type PublishPlan } from "../core/deploy-plan";
import type { SiteState } from "../core/deploy-state";
import { acquire, type ClaimSession, type Decision } from "./deploy-claim";
import type { DeployDependencies } from "./deploy-dependencies";
import { eachOf, publish, restoring } from "./deploy-publish";

/**
 * Runs a change of the site. When it fails before its release is live, what was live is put back; when the site was
 * taken over meanwhile, whatever this process wrote too late is put right, and the error says who took over.
 */
export async function changeSafely(
  deps: DeployDependencies,
  session: ClaimSession,
  change: () => Promise<void>,
): Promise<void> {
  const { state } = session;
  const touches = state.claim?.touches ?? [];
  try {
    await change();
  } catch (error) {
    if (error instanceof ClaimLostError) await repair(deps, session.layout, touches);
    // Its touches are cleared once its release is live: there is nothing to put back then, only something to finish.
    else if ((session.state.claim?.touches.length ?? 0) > 0) await backOut(deps, session, touches, error);
    throw error;
  }
}

async function backOut(
  deps: DeployDependencies,
  session: ClaimSession,
  touches: readonly string[],
  cause: unknown,
): Promise<void> {
  const { live } = session.state;
  const plan = planPublication(live, live, new Set(touches));
  try {
    await republish(deps, session, plan);
  } catch {
    // The claim stays, and tells whoever comes next what to put right. The first error is the one to mend.
    throw cause;
  }
}

/** Brings the live release live again, where it is not. */
async function republish(deps: DeployDependencies, session: ClaimSession, plan: PublishPlan): Promise<void> {
  const [release] = session.state.releases;
  await publish(deps, session, { plan, release, transfer: restoring(deps, session), known: true });
}

/** Sees to it that these files are what the pointer tells, once nobody is at work. */
export async function repair(
  deps: DeployDependencies,
  layout: SiteLayout,
  touches: readonly string[],
): Promise<readonly string[]> {
  const id = deps.ids.next();
  const acquired = await acquire(deps, layout, (): Decision<never> => {
    return { kind: "claim", request: { id, kind: "repair", holder: "repair", touches } };
  });
  if (acquired.kind === "outcome") return [];
  const { session } = acquired;
  const differing = await findDiffering(deps, session, [...new Set([...touches, ...session.dirty])]);
  const plan = planPublication(session.state.live, session.state.live, new Set(differing));
  await republish(deps, session, plan);
  return differing;
}

async function findDiffering(
  { store, limits }: DeployDependencies,
  { layout, state }: { readonly layout: SiteLayout; readonly state: SiteState },
  paths: readonly string[],
): Promise<string[]> {
  const differing: string[] = [];
  await eachOf(paths, limits.filesAtOnce, async (path) => {
    const found = await store.head(layout.files + path);
    if (found?.versionId !== state.live.get(path)?.versionId) differing.push(path);
  });
  return differing.sort();
}
