import { EVENT_TYPES } from "../contract";
import type { EventType } from "../contract";
import { isUnchanged } from "../core/changes";
import type { Deployment } from "../core/deployment";
import { LeaseLostError } from "../core/errors";
import type { DeploymentPlan, DeployResult } from "../core/plan";
import { toTimestamp } from "../core/release";
import type { Requester } from "@slipway/core";
import type { DeployOptions, DeployReleaseInput } from "../tracker-client";
import { finishedNow, moveTo, updateStack, verify, writeLabels } from "./apply-deployment";
import type { Undertaking } from "./apply-deployment";
import type { TrackerDependencies } from "./dependencies";
import { holdLease } from "./hold-lease";
import { findEnvironment, findRelease } from "./lookup";
import { checkGates, planDeployment, readLabels, toRef } from "./plan-deployment";
import type { DeploymentIntent } from "./plan-deployment";
import { describeFailure, restoreDeployment } from "./restore-deployment";
import { settleInherited } from "./settle-deployment";
import { describeUnverified } from "./verify-services";

/** Creates the operation that deploys a release to an environment. */
export const createDeployRelease =
  (deps: TrackerDependencies) =>
  async ({ releaseId, environmentId, ...options }: DeployReleaseInput): Promise<DeployResult> => {
    const environment = findEnvironment(deps.project, environmentId);
    const release = await findRelease(deps, releaseId);
    const description = options.description ?? "";
    const result = await deployIntent(deps, { release, environment, kind: "deploy", description }, options);
    const automatic = options.autoRollback ?? environment.auto_rollback ?? false;
    if (result.outcome !== "failed" || !automatic || options.signal?.aborted === true) return result;
    return { ...result, rollback: await rollBackAutomatically(deps, result.deployment, options) };
  };

async function rollBackAutomatically(
  deps: TrackerDependencies,
  failed: Deployment,
  options: DeployOptions,
): Promise<DeployResult | undefined> {
  const address = { projectId: deps.project.id, environmentId: failed.environment.id };
  const good = await deps.deployments.latestWith(address, "succeeded");
  if (good === undefined) return undefined;
  const release = await findRelease(deps, good.release_id);
  const environment = findEnvironment(deps.project, failed.environment.id);
  const description = `automatic rollback after deployment ${failed.deployment_id}: ${failed.reason ?? ""}`;
  const { onProgress, signal } = options;
  return deployIntent(deps, { release, environment, kind: "automatic-rollback", description }, { onProgress, signal });
}

/** Deploys under the lease of the environment: plan, ask, apply, verify; or restore. */
export async function deployIntent(
  deps: TrackerDependencies,
  intent: DeploymentIntent,
  options: DeployOptions,
): Promise<DeployResult> {
  const { dryRun = false, previewStack = false, signal } = options;
  const plan = await planDeployment(deps, intent, { previewStack, signal });
  if (plan.refusals.length > 0) return { outcome: "refused", plan, refusals: plan.refusals };
  const unchanged = options.skipUnchanged === true ? await findUnchanged(deps, plan) : undefined;
  if (unchanged !== undefined) return { outcome: "unchanged", plan, deployment: unchanged };
  if (dryRun) return { outcome: "planned", plan };
  if (options.confirm !== undefined && !(await options.confirm(plan))) return { outcome: "declined", plan };
  signal?.throwIfAborted();
  const requester = await deps.identity.whoami();
  const address = { projectId: deps.project.id, environmentId: intent.environment.id };
  return holdLease(deps, address, requester, async (held) => {
    const onProgress = options.onProgress ?? (() => undefined);
    const undertaking: Undertaking = { deps, held, environment: intent.environment, onProgress };
    const { findings } = await settleInherited(undertaking, { clearPendingCreates: false });
    findings.forEach((message) => onProgress({ kind: "notice", message }));
    // Someone may have pinned or rejected while the plan was read by a person.
    const refusals = await checkGates(deps, intent);
    if (refusals.length > 0) return { outcome: "refused", plan, refusals };
    // A stack that cannot be updated is told before anything is recorded or labelled.
    await deps.stacks.requireReady(intent.environment.stack, { signal });
    return attempt(undertaking, intent, plan, requester, signal);
  });
}

async function findUnchanged(
  { deployments, project }: TrackerDependencies,
  { environment, currentLabels, release }: DeploymentPlan,
): Promise<Deployment | undefined> {
  if (!isUnchanged(currentLabels, release.images)) return undefined;
  const [latest] = await deployments.latest({ projectId: project.id, environmentId: environment.id }, 1);
  return latest?.status === "succeeded" && isUnchanged(latest.images, release.images) ? latest : undefined;
}

async function attempt(
  undertaking: Undertaking,
  intent: DeploymentIntent,
  plan: DeploymentPlan,
  requester: Requester,
  userSignal: AbortSignal | undefined,
): Promise<DeployResult> {
  const { deps, held, onProgress } = undertaking;
  const notices: string[] = [];
  const requested = await newDeployment(undertaking, intent, requester);
  await deps.deployments.record(requested, held.lease);
  onProgress({ kind: "status", status: "requested", deploymentId: requested.deployment_id });
  notices.push(...(await announce(deps, requested)));
  const ended = await applyOrRestore(undertaking, requested, userSignal);
  notices.push(...describeUnverified(ended.unverified ?? []), ...(await announce(deps, ended)));
  const reason = ended.reason ?? "";
  if (ended.status === "succeeded") return { outcome: "succeeded", plan, deployment: ended, notices };
  return {
    outcome: ended.status === "failed" ? "failed" : "needs-attention",
    plan,
    deployment: ended,
    reason,
    notices,
  };
}

async function newDeployment(
  { deps, held, environment }: Undertaking,
  { release, kind, description }: DeploymentIntent,
  requester: Requester,
): Promise<Deployment> {
  const deploymentId = deps.ids.next();
  return {
    deployment_id: deploymentId,
    project_id: deps.project.id,
    release_id: release.release_id,
    date_created: toTimestamp(deps.clock.now()),
    description,
    environment: toRef(environment),
    requested_by: requester,
    status: "requested",
    kind,
    fencing: held.lease.fencing,
    images: release.images,
    previous_labels: await readLabels(deps, environment),
    correlation_id: deploymentId,
  };
}

async function applyOrRestore(
  undertaking: Undertaking,
  requested: Deployment,
  userSignal: AbortSignal | undefined,
): Promise<Deployment> {
  const { held } = undertaking;
  const signal = userSignal === undefined ? held.signal : AbortSignal.any([userSignal, held.signal]);
  let deployment = requested;
  try {
    signal.throwIfAborted();
    deployment = await moveTo(undertaking, deployment, "applying");
    const description = `${deployment.requested_by.id} (release ${deployment.release_id})`;
    await writeLabels(undertaking, deployment.images, { removable: [], description, signal });
    const targets = await updateStack(undertaking, `release ${deployment.release_id}`, signal);
    deployment = await moveTo(undertaking, deployment, "verifying");
    const proof = await verify(undertaking, targets, deployment.images, signal);
    return await moveTo(undertaking, deployment, "succeeded", { ...proof, ...finishedNow(undertaking) });
  } catch (error) {
    // Whoever lost the lease must not touch the environment any more: the next holder settles this deployment.
    if (error instanceof LeaseLostError || held.signal.aborted) throw error;
    const reason = userSignal?.aborted === true ? "cancelled by its requester" : describeFailure(error);
    return restoreDeployment(undertaking, deployment, reason);
  }
}

const ANNOUNCEMENTS: Readonly<Partial<Record<Deployment["status"], EventType>>> = {
  requested: EVENT_TYPES.deploymentStarted,
  succeeded: EVENT_TYPES.deploymentSucceeded,
  failed: EVENT_TYPES.deploymentFailed,
  "needs-attention": EVENT_TYPES.deploymentNeedsAttention,
};

/** Publishes what became of a deployment; what could not be published comes back as a notice. */
export async function announce({ events }: Pick<TrackerDependencies, "events">, deployment: Deployment) {
  const type = ANNOUNCEMENTS[deployment.status];
  const unsent = type === undefined ? undefined : await events.publish({ type, detail: toDetail(deployment) });
  return unsent === undefined ? [] : [unsent];
}

const toDetail = (deployment: Deployment): Readonly<Record<string, unknown>> => ({
  project_id: deployment.project_id,
  environment: deployment.environment,
  release_id: deployment.release_id,
  deployment_id: deployment.deployment_id,
  correlation_id: deployment.correlation_id,
  kind: deployment.kind,
  status: deployment.status,
  reason: deployment.reason,
  requested_by: deployment.requested_by,
  images: deployment.images,
});
