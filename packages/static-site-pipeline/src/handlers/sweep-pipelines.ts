import type { SiteDependencies } from "../operations/dependencies";
import { sweep, type SweepReport } from "../operations/sweep";

/** Creates the handler on schedule. */
export const createSweepPipelines = (deps: SiteDependencies) => async (): Promise<SweepReport> => {
  const report = await sweep(deps);
  const { timedOut, lookedAt, republished } = report;
  deps.log.info("swept", { timed_out: timedOut, looked_at: lookedAt, republished });
  return report;
};
