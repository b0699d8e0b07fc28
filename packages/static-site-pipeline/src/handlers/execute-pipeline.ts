import { SiteNotFoundError } from "../core/errors";
import { parseExecutorMessage } from "../core/messages";
import { advance } from "../operations/advance";
import { requestDeployment } from "../operations/request-deployment";
import { takePush } from "../operations/take-push";
import { createConsumer, type Delivery, type QueueDependencies } from "./consume";

/** Creates the handler of the queue that every trigger publishes to. */
export const createExecutePipeline = (deps: QueueDependencies) =>
  createConsumer(deps, "executor", async ({ body, messageId }: Delivery) => {
    const read = parseExecutorMessage(body);
    switch (read.kind) {
      case "ignored":
        return deps.log.info("message ignored", { message_id: messageId, reason: read.reason });
      case "look":
        return advance(deps, read.message.site_id);
      case "push": {
        const sites = await takePush(deps, read.push, [{ kind: "code-push" }]);
        const { repository, branch, commit, correlation_id } = read.push;
        return deps.log.info("push taken", { repository, branch, commit, correlation_id, sites });
      }
      case "request": {
        const { site_id, correlation_id, request_id, commit } = read.request;
        const { type: _type, site_id: _site, ...request } = read.request;
        try {
          const { kind, ...rest } = await requestDeployment(deps, site_id, request);
          return deps.log.info(`request ${kind}`, { site_id, correlation_id, request_id, commit, ...rest });
        } catch (error) {
          // Removed since somebody asked: there is nothing left to do, now or later.
          if (!(error instanceof SiteNotFoundError)) throw error;
          return deps.log.info("request of no site", { site_id, correlation_id, request_id });
        }
      }
    }
  });
