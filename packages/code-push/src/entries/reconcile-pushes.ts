import { connectWorker } from "../adapters/connection";
import { createReconcilePushes } from "../handlers/reconcile-pushes";

/** Lambda: finds pushes that no webhook told of. */
export const handler = createReconcilePushes(connectWorker(process.env));
