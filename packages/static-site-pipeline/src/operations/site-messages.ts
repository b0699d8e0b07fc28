import { MESSAGES, type SiteMessage } from "../contract";
import type { Pipeline } from "../core/pipeline";

/** Asks a function to look at a site. */
export const lookAt = ({ site_id, correlation_id, current }: Pipeline): SiteMessage => ({
  type: MESSAGES.look,
  site_id,
  correlation_id: current?.correlation_id ?? correlation_id,
});
