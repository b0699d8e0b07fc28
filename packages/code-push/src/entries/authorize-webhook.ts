import { connectAuthorizer } from "../adapters/webhook-connection";
import { createAuthorizeWebhook } from "../handlers/authorize-webhook";

/** Lambda: decides what a webhook's headers alone can prove. */
export const handler = createAuthorizeWebhook(connectAuthorizer(process.env));
