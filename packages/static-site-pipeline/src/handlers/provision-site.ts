import { provisionSite } from "../operations/provision-site";
import type { QueueDependencies } from "./consume";
import { createWorker } from "./work-on-sites";

/** Creates the handler of the queue of sites to provision. */
export const createProvisionSite = (deps: QueueDependencies) => createWorker(deps, "provision", provisionSite);
