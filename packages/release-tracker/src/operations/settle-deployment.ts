import type { Deployment } from "../core/deployment";
import { isTerminal } from "../core/deployment-status";
import { LeaseLostError } from "../core/errors";
import type { StackRecovery } from "../core/ports";
import { finishedNow, moveTo, verify } from "./apply-deployment";
import type { Undertaking } from "./apply-deployment";
import { readLabels } from "./plan-deployment";
import { describeFailure, restoreDeployment } from "./restore-deployment";

/** How often to ask for a stack whose orphaned update is still running. */
const BUSY_ATTEMPTS = 150;

/** What was found and done. */
export interface Settlement {
  readonly findings: readonly string[];
  readonly deployment?: Deployment | undefined;
}

/** Ends a deployment whose process died: as succeeded if the release runs, else restored as failed or needs-attention. */
export async function settleInherited(
  undertaking: Undertaking,
  options: { readonly clearPendingCreates: boolean },
): Promise<Settlement> {
  const { deps, held, environment } = undertaking;
  const { inherited } = held;
  if (inherited === undefined) return { findings: [] };
  const address = { projectId: deps.project.id, environmentId: environment.id };
  const deployment = await deps.deployments.get(address, inherited.dateCreated, inherited.deploymentId);
  if (deployment === undefined || isTerminal(deployment.status)) return { findings: [] };
  const finding = `deployment ${deployment.deployment_id} of release ${deployment.release_id} was ${deployment.status} when its process died`;
  if (deployment.status === "requested") {
    return { findings: [finding], deployment: await restoreDeployment(undertaking, deployment, DIED) };
  }
  const recovery = await recoverStack(undertaking, options);
  const findings = [finding, ...recovery.findings];
  if (recovery.outcome !== "recovered") {
    const reason = [DIED, ...recovery.findings].join("; ");
    const ended = await moveTo(undertaking, deployment, "needs-attention", { reason, ...finishedNow(undertaking) });
    return { findings, deployment: ended };
  }
  return { findings, deployment: await settle(undertaking, deployment) };
}

const DIED = "the process that deployed it died";

async function recoverStack(
  { deps, held, environment }: Undertaking,
  { clearPendingCreates }: { readonly clearPendingCreates: boolean },
): Promise<StackRecovery> {
  const options = { signal: held.signal, dryRun: false, clearPendingCreates };
  let recovery = await deps.stacks.recover(environment.stack, options);
  for (let attempt = 0; recovery.outcome === "busy" && attempt < BUSY_ATTEMPTS; attempt += 1) {
    await deps.sleeper.sleep(deps.timing.poll, held.signal);
    held.assertHeld();
    recovery = await deps.stacks.recover(environment.stack, options);
  }
  return recovery;
}

async function settle(undertaking: Undertaking, deployment: Deployment): Promise<Deployment> {
  if (deployment.status === "restoring") return restoreDeployment(undertaking, deployment, deployment.reason ?? DIED);
  const proof = await proveRelease(undertaking, deployment);
  if (typeof proof === "string") return restoreDeployment(undertaking, deployment, `${DIED}; ${proof}`);
  const verifying = deployment.status === "verifying" ? deployment : await moveTo(undertaking, deployment, "verifying");
  return moveTo(undertaking, verifying, "succeeded", { ...proof, ...finishedNow(undertaking) });
}

async function proveRelease(undertaking: Undertaking, { images }: Deployment) {
  const { deps, held, environment } = undertaking;
  const labels = await readLabels(deps, environment);
  const differing = Object.entries(images).filter(([service, uri]) => labels[service] !== uri);
  if (differing.length > 0) return `labels not written: ${differing.map(([service]) => service).join(", ")}`;
  try {
    const { services } = await deps.stacks.current(environment.stack, { signal: held.signal });
    if (Object.keys(services).length === 0) return "the stack reports no services, so nothing could be proven";
    return await verify(undertaking, services, images, held.signal);
  } catch (error) {
    if (error instanceof LeaseLostError || held.signal.aborted) throw error;
    return describeFailure(error);
  }
}
