import { connectWorker } from "../adapters/connection";
import { createPushCode } from "../handlers/push-code";

/** Lambda: archives the commits that the messages of the queue name. */
export const handler = createPushCode(connectWorker(process.env));
