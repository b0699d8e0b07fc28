import { realSleeper, randomIds, systemClock } from "@slipway/aws-runtime";
import { connectDriftReconciler } from "../adapters/drift-connection";
import { createDetectDrift } from "../handlers/detect-drift";

/** Lambda: compares labels, records and what runs. */
export const handler = createDetectDrift({
  ...connectDriftReconciler(process.env, realSleeper, systemClock),
  clock: systemClock,
  ids: randomIds,
});
