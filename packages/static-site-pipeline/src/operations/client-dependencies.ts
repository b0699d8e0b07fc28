import type { DeadLetters, Identity, Sleeper } from "@slipway/core";
import type { ReleaseUploads, SourceArchives } from "../core/ports";
import type { ChangeOptions, SiteChange } from "../site-client";
import type { SiteDependencies } from "./dependencies";

/** What a client works with. */
export interface ClientDependencies extends SiteDependencies {
  readonly uploads: ReleaseUploads;
  readonly archives: SourceArchives;
  /** Who asks, for the records. */
  readonly identity: Identity;
  readonly sleeper: Sleeper;
  /** Dead letters by the name of their queue. */
  readonly deadLetters: Readonly<Record<string, DeadLetters>>;
}

/** A command on one site. */
export type Command<Extra extends readonly unknown[] = []> = (
  deps: ClientDependencies,
  siteId: string,
  ...rest: [...Extra, options?: ChangeOptions]
) => Promise<SiteChange>;

/** What is told where nothing is to be done. */
export const already = (site_id: string, what: string): SiteChange => ({ site_id, done: false, already: true, what });

/** What a dry run tells. */
export const planned = (site_id: string, what: string): SiteChange => ({ site_id, done: false, what });
