import { createHash } from "node:crypto";
import { countDeliveries } from "./deliveries";
import type { PlanSummary } from "./job";
import type { Plan } from "./plan";

/** What a job's head says of its plan. The id is of what is in it: two workers that plan the same write the same. */
export const summaryOf = (plan: Plan): PlanSummary => ({
  planId: createHash("sha256").update(JSON.stringify(plan)).digest("hex").slice(0, 16),
  pipeline: plan.pipeline,
  moment: plan.moment,
  deliveries: countDeliveries(plan),
  files: plan.files.length,
  bytes: plan.files.reduce((sum, { size }) => sum + size, 0),
});
