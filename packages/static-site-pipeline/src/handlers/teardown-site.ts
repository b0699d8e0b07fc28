import { startTeardown, teardownSite } from "../operations/teardown-site";
import type { QueueDependencies } from "./consume";
import { createWorker } from "./work-on-sites";

/** Creates the first of the two functions that remove a site. */
export const createStartTeardown = (deps: QueueDependencies) => createWorker(deps, "start-teardown", startTeardown);

/** Creates the second of the two functions that remove a site. */
export const createTeardownSite = (deps: QueueDependencies) => createWorker(deps, "teardown", teardownSite);
