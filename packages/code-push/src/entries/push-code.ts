import { withSpacedRetries } from "@slipway/aws-runtime";
import { connectWorker } from "../adapters/connection";
import { createPushCode } from "../handlers/push-code";

const deps = connectWorker(process.env);

/** Lambda: archives the commits that the messages of the queue name. */
export const handler = withSpacedRetries(createPushCode(deps), { ...deps, hide: deps.queue.hide });
