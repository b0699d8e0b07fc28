import { parseAppEvent, parseSiteMessage } from "../core/messages";
import { SiteNotFoundError } from "../core/errors";
import { createSite } from "../operations/create-site";
import type { SiteDependencies } from "../operations/dependencies";
import { goLive } from "../operations/go-live";
import { provisionSite } from "../operations/provision-site";
import { requestDeletion, startTeardown, teardownSite } from "../operations/teardown-site";
import { createConsumer, type Delivery, type QueueDependencies } from "./consume";

/** Work on one site, which says how it ended. */
type Work = (deps: SiteDependencies, siteId: string, last: boolean) => Promise<{ readonly kind: string }>;

const createWorker = (deps: QueueDependencies, queue: string, work: Work) =>
  createConsumer(deps, queue, async ({ body, last }: Delivery) => {
    const { site_id, correlation_id } = parseSiteMessage(body);
    const { kind, ...rest } = await work(deps, site_id, last);
    deps.log.info(`${queue}: ${kind}`, { site_id, correlation_id, ...rest });
  });

/** Creates the handler of the queue of what is ready to go live. */
export const createDeploySite = (deps: QueueDependencies) => createWorker(deps, "deploy", goLive);

/** Creates the handler of the queue of sites to provision. */
export const createProvisionSite = (deps: QueueDependencies) => createWorker(deps, "provision", provisionSite);

/** Creates the first of the two functions that remove a site. */
export const createStartTeardown = (deps: QueueDependencies) => createWorker(deps, "start-teardown", startTeardown);

/** Creates the second of the two functions that remove a site. */
export const createTeardownSite = (deps: QueueDependencies) => createWorker(deps, "teardown", teardownSite);

/** Creates the handler of the apps team's queue: an app made is a pre-provisioned pipeline, an app gone is none. */
export const createHandleAppEvents = (deps: QueueDependencies) =>
  createConsumer(deps, "app-events", async ({ body, messageId }: Delivery) => {
    const { type, app_id, settings, correlation_id = messageId } = parseAppEvent(body);
    const about = { site_id: app_id, correlation_id };
    if (settings !== undefined) {
      return deps.log.info(`app ${type}: ${await createSite(deps, app_id, settings, correlation_id)}`, about);
    }
    try {
      deps.log.info(`app ${type}: ${await requestDeletion(deps, app_id, correlation_id)}`, about);
    } catch (error) {
      if (!(error instanceof SiteNotFoundError)) throw error;
      deps.log.info(`app ${type}: gone already`, about);
    }
  });
