import type { Service } from "@aws-sdk/client-ecs";
import type { Context } from "../../context";
import { SettleError } from "../../errors";
import { poll } from "../poll";

/** What keeps a service from being steady, or undefined when it is. */
function unsteadiness(service: Service | undefined): string | undefined {
  if (service === undefined) return "it does not exist";
  const { deployments = [], runningCount = 0, desiredCount = 0, events = [] } = service;
  const isSteady = deployments.length === 1 && runningCount === desiredCount;
  const latest = events[0]?.message ?? "no event yet";
  return isSteady
    ? undefined
    : `${runningCount} of ${desiredCount} tasks run, ${deployments.length} deployments: ${latest}`;
}

/**
 * Waits as the official provider does: until the newest deployment is the only one and all of its tasks run.
 * @throws SettleError when the deployment fails, or after 20 minutes unless the resource's time-outs say otherwise.
 */
export async function untilSteady(
  context: Context,
  id: string,
  describe: () => Promise<Service | undefined>,
): Promise<void> {
  const subject = `service ${id}`;
  let reason = "it was not described yet";
  const ask = async (): Promise<true | undefined> => {
    const service = await describe();
    const failed = service?.deployments?.find(({ rolloutState }) => rolloutState === "FAILED");
    if (failed !== undefined) {
      throw new SettleError(subject, `failed to deploy: ${failed.rolloutStateReason ?? "no reason given"}`);
    }
    reason = unsteadiness(service) ?? "";
    return reason === "" ? true : undefined;
  };
  await poll(context, { subject, intervalMilliseconds: 500, timeoutSeconds: 20 * 60 }, ask, () => reason);
}
