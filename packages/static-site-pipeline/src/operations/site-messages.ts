import { MESSAGES, type SiteMessage } from "../contract";
import type { SiteDependencies } from "./dependencies";
import type { Pipeline } from "../core/pipeline";

/** Asks a function to look at a site. */
export const lookAt = ({ site_id, correlation_id, current }: Pipeline): SiteMessage => ({
  type: MESSAGES.look,
  site_id,
  correlation_id: current?.correlation_id ?? correlation_id,
});

/** Has the executor look at a site: it alone starts builds. */
export const nudge = ({ queues }: Pick<SiteDependencies, "queues">, row: Pipeline): Promise<void> =>
  queues.executor.send([lookAt(row)]);
