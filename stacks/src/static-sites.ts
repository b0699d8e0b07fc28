import * as pulumi from "@pulumi/pulumi";
import { StaticSitePipeline, type StaticSitePipelineArgs } from "@slipway/static-site-pipeline";
import type { KnownFields } from "@slipway/core";
import { PROJECT_ID } from "./config";
import { fieldsOf } from "./strict";

/** What the stack itself decides. */
const DECIDED = ["sitesName", "codePush", "eventBusName", "protect", "sourceBucketArns"] as const;

/**
 * The setting `slipway:staticSites`: arguments of a StaticSitePipeline, of which the stack itself decides the rest. It holds
 * the ARNs of secrets, never their values.
 */
export interface StaticSitesSettings extends Omit<StaticSitePipelineArgs, (typeof DECIDED)[number]> {
  /** Whether there are static sites at all. @default true */
  enabled?: boolean;
}

/** What {@link StaticSitesSettings} may hold. */
export const staticSitesFields = (): KnownFields => ({
  ...fieldsOf("static-site-pipeline:index:StaticSitePipeline", DECIDED),
  enabled: true,
});

/** What the sites have in common with the rest of the stack. */
export interface StaticSitesSurroundings {
  readonly protect: boolean;
  /** Bucket of what is pushed, whose archives sites may be built of. @default none */
  readonly archiveBucket?: pulumi.Input<string> | undefined;
}

/** Static sites, built from what is pushed or released from a zip; nothing where they are not wanted. */
export function createStaticSites(
  { enabled = true, ...settings }: StaticSitesSettings,
  { protect, archiveBucket }: StaticSitesSurroundings,
) {
  if (!enabled) return {};
  const sites = new StaticSitePipeline(`${PROJECT_ID}-sites`, {
    ...settings,
    sitesName: PROJECT_ID,
    ...(archiveBucket !== undefined && {
      codePush: true,
      sourceBucketArns: [pulumi.interpolate`arn:aws:s3:::${archiveBucket}`],
    }),
    protect,
  });
  return { staticSites: sites.connection, siteWebhookUrls: sites.webhookUrls };
}
