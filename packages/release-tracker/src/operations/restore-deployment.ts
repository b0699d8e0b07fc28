import type { Deployment } from "../core/deployment";
import { LeaseLostError } from "../core/errors";
import { finishedNow, moveTo, updateStack, verify, writeLabels } from "./apply-deployment";
import type { Undertaking } from "./apply-deployment";

/**
 * Puts the environment back to what it was before a deployment: labels, stack, running services.
 *
 * Ends in `failed` when that is proven and in `needs-attention` when it is not.
 */
export async function restoreDeployment(
  undertaking: Undertaking,
  deployment: Deployment,
  reason: string,
): Promise<Deployment> {
  if (deployment.status === "requested") {
    return moveTo(undertaking, deployment, "failed", { reason, ...finishedNow(undertaking) });
  }
  const restoring =
    deployment.status === "restoring" ? deployment : await moveTo(undertaking, deployment, "restoring", { reason });
  const problem = await reapply(undertaking, restoring);
  return problem === undefined
    ? moveTo(undertaking, restoring, "failed", { reason, ...finishedNow(undertaking) })
    : moveTo(undertaking, restoring, "needs-attention", {
        reason: `${reason}; going back failed too: ${problem}`,
        ...finishedNow(undertaking),
      });
}

async function reapply(undertaking: Undertaking, deployment: Deployment): Promise<string | undefined> {
  const { signal } = undertaking.held;
  try {
    await writeLabels(undertaking, deployment.previous_labels, {
      removable: Object.keys(deployment.images),
      description: `${deployment.requested_by.id} (restored after deployment ${deployment.deployment_id})`,
      signal,
    });
    const targets = await updateStack(undertaking, `restore after deployment ${deployment.deployment_id}`, signal);
    await verify(undertaking, targets, deployment.previous_labels, signal);
    return undefined;
  } catch (error) {
    if (error instanceof LeaseLostError || signal.aborted) throw error;
    return describeFailure(error);
  }
}

/** What a failure says, for the record. */
export const describeFailure = (error: unknown): string => (error instanceof Error ? error.message : String(error));
