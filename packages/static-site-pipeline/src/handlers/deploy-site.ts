import { goLive } from "../operations/go-live";
import type { QueueDependencies } from "./consume";
import { createWorker } from "./work-on-sites";

/** Creates the handler of the queue of what is ready to go live. */
export const createDeploySite = (deps: QueueDependencies) => createWorker(deps, "deploy", goLive);
