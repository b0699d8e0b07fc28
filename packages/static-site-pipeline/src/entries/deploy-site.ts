import { connectDeploys } from "../connections/deploys";
import { createDeploySite } from "../handlers/deploy-site";

/** Lambda: brings live what is ready. */
export const handler = createDeploySite(connectDeploys(process.env));
