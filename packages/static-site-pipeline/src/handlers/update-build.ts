import { parseBuildUpdate } from "../core/build-update";
import { updateBuild } from "../operations/update-build";
import { createConsumer, type Delivery, type QueueDependencies } from "./consume";

/** Creates the handler of the queue that CodeBuild's topic feeds. */
export const createUpdateBuild = (deps: QueueDependencies) =>
  createConsumer(deps, "builds", async ({ body, messageId }: Delivery) => {
    const update = parseBuildUpdate(body);
    if (update === undefined) return deps.log.info("message ignored", { message_id: messageId });
    const { site_id, build_number, build_id, status, phase } = update;
    const { kind, ...rest } = await updateBuild(deps, update);
    deps.log.info(`build update ${kind}`, { site_id, build_number, build_id, status, phase, ...rest });
  });
