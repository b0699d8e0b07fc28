import { isSha, parseRef, type Conversion } from "@slipway/code-push/webhooks";
import { METRICS, type Trigger } from "../contract";
import type { SiteDependencies } from "../operations/dependencies";
import { takeDeletedBranch, takePush, type Channel } from "../operations/take-push";
import { answer, type HttpAnswer } from "./http";

/** What is needed to hand a push over. */
export type PushDependencies = Pick<SiteDependencies, "pipelines" | "log" | "metrics" | "clock" | "ids"> & {
  readonly queues: Pick<SiteDependencies["queues"], "executor">;
};

/** What is known about a verified webhook. */
export interface Received {
  readonly correlationId: string;
  readonly trigger: Trigger;
  /** The sender's id of the delivery. */
  readonly delivery: string | undefined;
  readonly channel: Channel;
  /** Whether this sender speaks for a repository; anybody's, where nothing is said. */
  readonly speaksFor?: (repository: string) => boolean;
}

/** Host of providers' payloads that name none. */
const HOSTS: Readonly<Partial<Record<Trigger, string>>> = {
  github: "github.com",
  bitbucket: "bitbucket.org",
  gitlab: "gitlab.com",
};

/** Queues one request for each site that listens to a pushed branch, and one for each that may have a preview of a deleted one. */
export async function queuePush(
  deps: PushDependencies,
  { correlationId, trigger, delivery, channel, speaksFor = () => true }: Received,
  conversion: Conversion,
): Promise<HttpAnswer> {
  if (conversion.kind === "unreadable") return answer(400, { status: "unreadable", reason: conversion.problem });
  if (conversion.kind === "ignored") return ignore(deps, correlationId, conversion.reason);
  const host = conversion.host ?? HOSTS[trigger];
  if (host === undefined) return answer(400, { status: "unreadable", reason: "no host" });
  const repository = `${host}/${conversion.path}`;
  if (!speaksFor(repository)) return ignore(deps, correlationId, "a repository of somebody else");
  let sites = 0;
  for (const { ref, sha } of conversion.changes) {
    const parsed = parseRef(ref);
    if (parsed?.kind !== "branch" || !isSha(sha)) continue;
    const push = {
      trigger,
      repository,
      branch: parsed.name,
      commit: sha,
      delivery: delivery ?? correlationId,
      requested_at: deps.clock.now().toISOString(),
      requested_by: trigger,
      correlation_id: correlationId,
    };
    sites += await takePush(deps, push, [channel]);
  }
  for (const ref of conversion.removed) {
    const parsed = parseRef(ref);
    if (parsed?.kind !== "branch") continue;
    const gone_at = deps.clock.now().toISOString();
    const deletion = { repository, branch: parsed.name, gone_at, correlation_id: correlationId };
    sites += await takeDeletedBranch(deps, deletion, channel);
  }
  if (sites === 0) return ignore(deps, correlationId, "no site listens to it");
  deps.metrics.count({ [METRICS.accepted]: 1 });
  deps.log.info("webhook queued", { correlation_id: correlationId, repository, delivery_id: delivery, sites });
  return answer(202, { status: "queued", sites, correlation_id: correlationId });
}

/** Verified, and none of our business. */
export function ignore({ metrics, log }: PushDependencies, correlation_id: string, reason: string): HttpAnswer {
  metrics.count({ [METRICS.ignored]: 1 });
  log.info("webhook ignored", { correlation_id, reason });
  return answer(200, { status: "ignored", reason, correlation_id });
}

/** Refuses whoever does not know the secret. */
export function refuse(
  { metrics, log }: Pick<PushDependencies, "metrics" | "log">,
  correlation_id: string,
  sender: string,
  reason: string,
): HttpAnswer {
  metrics.count({ [METRICS.refused]: 1 });
  log.warn("webhook refused", { correlation_id, sender, reason });
  return answer(401, { status: "unauthorized", correlation_id });
}
