import { parseSiteMessage } from "../core/messages";
import type { SiteDependencies } from "../operations/dependencies";
import { createConsumer, type Delivery, type QueueDependencies } from "./consume";

/** Work on one site, which says how it ended. */
export type Work = (deps: SiteDependencies, siteId: string, last: boolean) => Promise<{ readonly kind: string }>;

/** Creates the handler of a queue of sites to work on. */
export const createWorker = (deps: QueueDependencies, queue: string, work: Work) =>
  createConsumer(deps, queue, async ({ body, last }: Delivery) => {
    const { site_id, correlation_id } = parseSiteMessage(body);
    const { kind, ...rest } = await work(deps, site_id, last);
    deps.log.info(`${queue}: ${kind}`, { site_id, correlation_id, ...rest });
  });
