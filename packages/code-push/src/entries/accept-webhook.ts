import { connectAcceptor } from "../adapters/webhook-connection";
import { createAcceptWebhook } from "../handlers/accept-webhook";

/** Lambda: verifies webhooks and queues what they ask for. */
export const handler = createAcceptWebhook(connectAcceptor(process.env));
