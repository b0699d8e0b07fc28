import type { Build, Pipeline } from "../core/pipeline";
import type { SiteDependencies } from "./dependencies";
import { movePipeline, recordOf } from "./write-pipeline";

/** Ends what is queued or deploying as failed, and tells. */
export async function failDeployment(
  deps: SiteDependencies,
  { site_id }: Pipeline,
  build: Build,
  reason: string,
): Promise<void> {
  const moved = await movePipeline(
    deps,
    site_id,
    { kind: "deploy-failed", build: build.number },
    { reason, change: () => ({ current: undefined }), builds: (row) => [recordOf(row, build, "failed", reason)] },
  );
  if (moved.kind === "moved") await tellCommit(deps, moved.row, build, "failure", `Build ${build.number} failed`);
}

/** Tells the Git host; what fails there is no failure of the deployment. */
export async function tellCommit(
  { statuses, log }: SiteDependencies,
  row: Pipeline,
  { commit, correlation_id, trigger }: Build,
  state: "pending" | "success" | "failure",
  description: string,
): Promise<void> {
  if (commit === undefined || trigger === "rollback") return;
  const problem = await statuses.tell(row, commit, { state, description });
  if (problem !== undefined) log.warn("status not told", { site_id: row.site_id, correlation_id, reason: problem });
}
