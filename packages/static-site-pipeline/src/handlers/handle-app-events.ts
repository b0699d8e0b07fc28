import { SiteNotFoundError } from "../core/errors";
import { parseAppEvent } from "../core/app-event";
import { createSite } from "../operations/create-site";
import { requestDeletion } from "../operations/teardown-site";
import { createConsumer, type Delivery, type QueueDependencies } from "./consume";

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
