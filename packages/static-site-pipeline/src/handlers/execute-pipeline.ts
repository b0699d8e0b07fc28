import { SiteNotFoundError } from "../core/errors";
import { parseExecutorMessage } from "../core/messages";
import { advance } from "../operations/advance";
import { takeGoneBranch } from "../operations/gone-branch";
import { requestDeployment } from "../operations/request-deployment";
import { takeDeletedBranch, takePush } from "../operations/take-push";
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
      case "gone": {
        const { site_id, branch, correlation_id } = read.message;
        const about = { site_id, correlation_id, branch };
        return unlessRemoved(deps, about, async () => {
          deps.log.info(`deletion ${await takeGoneBranch(deps, read.message)}`, about);
        });
      }
      case "push": {
        const sites = await takePush(deps, read.push, [{ kind: "code-push" }]);
        const { repository, branch, commit, correlation_id } = read.push;
        return deps.log.info("push taken", { repository, branch, commit, correlation_id, sites });
      }
      case "removed": {
        const sites = await takeDeletedBranch(deps, read.deletion, { kind: "code-push" });
        return deps.log.info("deletion handed on", { ...read.deletion, sites });
      }
      case "request": {
        const { site_id, correlation_id, request_id, commit } = read.request;
        const { type: _type, site_id: _site, ...request } = read.request;
        const about = { site_id, correlation_id, request_id };
        return unlessRemoved(deps, about, async () => {
          const { kind, ...rest } = await requestDeployment(deps, site_id, request);
          deps.log.info(`request ${kind}`, { ...about, commit, ...rest });
        });
      }
    }
  });

/** A site may have been removed since somebody asked: then there is nothing left to do, now or later. */
async function unlessRemoved({ log }: QueueDependencies, about: object, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof SiteNotFoundError)) throw error;
    log.info("message of no site", { ...about });
  }
}
