import { connectExecutor } from "../connections/executor";
import { createSweepPipelines } from "../handlers/sweep-pipelines";

/** Lambda: takes time-out edges and does what was forgotten. */
export const handler = createSweepPipelines(connectExecutor(process.env));
