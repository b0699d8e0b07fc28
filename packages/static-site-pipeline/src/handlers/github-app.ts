import { changedInstallation, installationChange } from "../core/installations";
import { answer, type HttpAnswer } from "./http";
import { ignore, type PushDependencies } from "./queue-push";

/** Takes up that the app was installed on repositories, or removed from them. What comes here is verified. */
export async function acceptInstallation(
  deps: PushDependencies,
  event: string | undefined,
  payload: unknown,
  correlation_id: string,
): Promise<HttpAnswer> {
  const change = installationChange(event, payload);
  if (change === undefined) return ignore(deps, correlation_id, `event ${event ?? "without a name"}`);
  const { pipelines, clock, log } = deps;
  if (change.kind === "removed") await pipelines.removeInstallation("github", change.id);
  else {
    const before = await pipelines.installation("github", change.id);
    await pipelines.saveInstallation(changedInstallation(before, change, clock.now().toISOString()));
  }
  log.info(`app ${change.kind}`, { correlation_id, provider: "github", installation: change.id });
  return answer(200, { status: change.kind, correlation_id });
}
