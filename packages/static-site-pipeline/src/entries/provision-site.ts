import { connectProvisioning } from "../connections/provisioning";
import { createProvisionSite } from "../handlers/provision-site";

/** Lambda: makes what a site consists of. */
export const handler = createProvisionSite(connectProvisioning(process.env));
