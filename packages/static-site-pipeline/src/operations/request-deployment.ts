import { METRICS, type DeploymentRequest } from "../contract";
import { NoSourceError } from "../core/errors";
import type { Pipeline } from "../core/pipeline";
import { needsBuild, takeRequest, type RequestDecision } from "../core/requests";
import { isLeaving } from "../core/status";
import { advance } from "./advance";
import type { SiteDependencies } from "./dependencies";
import { followDeclaration } from "./follow-declaration";
import { announceSuperseded } from "./superseded";
import { changePipeline, readPipeline, recordOf } from "./write-pipeline";

/** How a request was taken. */
export type RequestResult =
  | { readonly kind: "taken"; readonly build_number: number }
  | { readonly kind: "duplicate" }
  | { readonly kind: "superseded"; readonly by: string }
  | { readonly kind: "refused"; readonly reason: string };

/**
 * Takes up a request, of whatever trigger, and does what is due then.
 *
 * Before the site is provisioned the request waits; while it goes live, too. @throws SiteNotFoundError, NoSourceError
 */
export async function requestDeployment(
  deps: SiteDependencies,
  siteId: string,
  request: DeploymentRequest,
): Promise<RequestResult> {
  // What a program declares by now says which branch is live.
  await followDeclaration(deps, await readPipeline(deps, siteId));
  let decision: RequestDecision | { readonly kind: "leaving" } = { kind: "leaving" };
  const { row } = await changePipeline(
    deps,
    siteId,
    (before) => {
      if (needsBuild(request) && before.settings.source.kind === "zip")
        throw new NoSourceError(siteId, "has no source", "it has releases only: release a zip");
      const leaving = isLeaving(before.status) || before.delete_when_idle === true;
      decision = leaving ? { kind: "leaving" } : takeRequest(before, request, previewOf(before, request));
      return decision.kind === "take" ? decision.row : undefined;
    },
    (after) => {
      if (decision.kind !== "take") return [];
      const { build, replaced } = decision;
      const waiting = recordOf(after, build, "waiting");
      return replaced === undefined
        ? [waiting]
        : [waiting, recordOf(after, replaced, "superseded", `by build ${build.number}`)];
    },
  );
  const taken = decision as RequestDecision | { readonly kind: "leaving" };
  if (taken.kind === "leaving") return { kind: "refused", reason: `the site is ${row.status}` };
  if (taken.kind === "superseded") {
    await announceSuperseded(deps, row, request, taken.by);
    return taken;
  }
  if (taken.kind === "take") {
    deps.metrics.count({ [METRICS.requests]: 1 });
    if (taken.replaced !== undefined) await announceSuperseded(deps, row, taken.replaced, request.request_id);
  }
  // A duplicate may be the second try of one whose function died here.
  await advance(deps, siteId);
  return taken.kind === "take" ? { kind: "taken", build_number: taken.build.number } : { kind: "duplicate" };
}

/** A branch that is not the live one is a preview. */
function previewOf({ settings: { source } }: Pipeline, request: DeploymentRequest): string | undefined {
  if (source.kind === "zip" || !needsBuild(request) || request.branch === source.branch) return undefined;
  return request.branch;
}
