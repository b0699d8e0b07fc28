import { connectProvisioning } from "../connections/provisioning";
import { createStartTeardown } from "../handlers/teardown-site";

/** Lambda: disables a distribution and waits for it. */
export const handler = createStartTeardown(connectProvisioning(process.env));
