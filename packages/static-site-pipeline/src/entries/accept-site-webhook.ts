import { connectAcceptor } from "../connections/webhooks";
import { createAcceptSiteWebhook } from "../handlers/accept-site-webhook";

/** Lambda: verifies webhooks and the apps' events, and queues what they ask for. */
export const handler = createAcceptSiteWebhook(connectAcceptor(process.env));
