import { connectExecutor } from "../connections/executor";
import { createExecutePipeline } from "../handlers/execute-pipeline";

/** Lambda: takes up what triggers ask for, and starts builds. */
export const handler = createExecutePipeline(connectExecutor(process.env));
