import { isTerminal } from "../core/deployment-status";
import type { ProjectEnvironment } from "../core/manifest";
import type { RecoveryReport, ReleaseTrackerClient } from "../tracker-client";
import type { Undertaking } from "./apply-deployment";
import { announce } from "./deploy-release";
import type { TrackerDependencies } from "./dependencies";
import { holdLease } from "./hold-lease";
import { findEnvironment } from "./lookup";
import { settleInherited } from "./settle-deployment";

/** Creates the operation that settles a deployment whose process died. */
export const createRecoverDeployment =
  (deps: TrackerDependencies): ReleaseTrackerClient["recoverDeployment"] =>
  async ({ environmentId, dryRun = false, clearPendingCreates = false, onProgress, signal }) => {
    const environment = findEnvironment(deps.project, environmentId);
    if (dryRun) return inspect(deps, environment);
    signal?.throwIfAborted();
    const address = { projectId: deps.project.id, environmentId };
    const requester = await deps.identity.whoami();
    return holdLease(deps, address, requester, async (held) => {
      const undertaking: Undertaking = { deps, held, environment, onProgress: onProgress ?? (() => undefined) };
      const { findings, deployment } = await settleInherited(undertaking, { clearPendingCreates });
      const unsent = deployment === undefined ? [] : await announce(deps, deployment);
      return {
        environmentId,
        findings: findings.length === 0 ? ["no deployment is open"] : [...findings, ...unsent],
        settled: deployment,
        written: deployment !== undefined,
      };
    });
  };

async function inspect(
  { project, leases, deployments, stacks }: TrackerDependencies,
  { id, stack }: ProjectEnvironment,
): Promise<RecoveryReport> {
  const address = { projectId: project.id, environmentId: id };
  const open = (await leases.read(address))?.open;
  const deployment =
    open === undefined ? undefined : await deployments.get(address, open.dateCreated, open.deploymentId);
  if (deployment === undefined || isTerminal(deployment.status)) {
    return { environmentId: id, findings: ["no deployment is open"], written: false };
  }
  const { findings } = await stacks.recover(stack, { dryRun: true, clearPendingCreates: false });
  const finding = `deployment ${deployment.deployment_id} of release ${deployment.release_id} is ${deployment.status}`;
  return { environmentId: id, findings: [finding, ...findings], written: false };
}
