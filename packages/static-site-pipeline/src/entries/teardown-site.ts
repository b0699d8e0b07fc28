import { connectProvisioning } from "../connections/provisioning";
import { createTeardownSite } from "../handlers/teardown-site";

/** Lambda: removes a site. */
export const handler = createTeardownSite(connectProvisioning(process.env));
