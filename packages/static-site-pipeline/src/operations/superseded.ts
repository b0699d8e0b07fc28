import { EVENT_TYPES, METRICS, type DeploymentRequest } from "../contract";
import type { Pipeline } from "../core/pipeline";
import type { SiteDependencies } from "./dependencies";

/** Tells that a request never goes live, since a newer one does. */
export async function announceSuperseded(
  { name, events, metrics, log }: SiteDependencies,
  { site_id }: Pick<Pipeline, "site_id">,
  request: DeploymentRequest & { readonly number?: number },
  by: string,
): Promise<void> {
  const { correlation_id, commit, request_id, number } = request;
  metrics.count({ [METRICS.superseded]: 1 });
  log.info("superseded", { site_id, correlation_id, commit, request_id, by });
  const detail = { sites: name, site_id, correlation_id, request_id, commit, superseded_by: by, build_number: number };
  const problem = await events.publish({ type: EVENT_TYPES.superseded, detail });
  if (problem !== undefined) log.warn("event lost", { site_id, correlation_id, reason: problem });
}
