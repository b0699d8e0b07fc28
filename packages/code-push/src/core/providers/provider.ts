import type { CredentialScheme } from "../signatures";
import type { WebhookHeaders } from "../webhook";

/** One ref that a push moved. */
export interface RefChange {
  readonly ref: string;
  /** Commit that it is at now. */
  readonly sha: string;
}

/** What a webhook means, whoever sent it. */
export type Conversion =
  | {
      readonly kind: "push";
      /** Host as the payload tells it, to tell repositories of one path apart; never an address to call. */
      readonly host: string | undefined;
      /** `owner/repo`. */
      readonly path: string;
      readonly changes: readonly RefChange[];
      /** Refs that are gone. */
      readonly removed: readonly string[];
    }
  | { readonly kind: "ignored"; readonly reason: string }
  | { readonly kind: "unreadable"; readonly problem: string };

/** A verified webhook. */
export interface Webhook {
  readonly headers: WebhookHeaders;
  readonly payload: unknown;
}

/** All that is known about one sender of webhooks. A new one is a file like its neighbours and a line in the table. */
export interface ProviderDefinition {
  /** The strongest first: a weaker one is looked at only where no secret of the stronger kind is configured. */
  readonly schemes: readonly CredentialScheme[];
  /** Header with the delivery's id, in lower case. */
  readonly deliveryHeader: string;
  /** Holds no authentication: what comes here is verified. */
  convert(webhook: Webhook): Conversion;
}

/** What is no push. */
export const ignored = (reason: string): Conversion => ({ kind: "ignored", reason });

/** A payload that is not what its event says. */
export const unreadable = (problem: string): Conversion => ({ kind: "unreadable", problem });
