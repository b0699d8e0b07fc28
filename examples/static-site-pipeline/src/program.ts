import * as aws from "@pulumi/aws";
import { StaticSite, StaticSitePipeline } from "@slipway/static-site-pipeline";

/** Where the sites' domains are. */
export interface SitesDomain {
  readonly hostedZoneId: string;
  readonly baseDomain: string;
}

/** A pipeline for sites that come and go at run time, and one site that is declared. */
export function sites(domain: SitesDomain | undefined) {
  // Only the place for the value: it is put there by hand, so that it is in no state and in no program.
  const webhookSecret = new aws.secretsmanager.Secret("github-webhook", {
    description: "Webhook secret of the sites' repositories",
  });
  const pipeline = new StaticSitePipeline("sites", { ...domain, webhookSecretArns: { github: webhookSecret.arn } });
  // Released by `slipway site release handbook --zip site.zip --stack <this stack>`.
  const handbook = new StaticSite("handbook", {
    connection: pipeline.connection,
    source: "zip",
    ...(domain && { domain: `handbook.${domain.baseDomain}`, hostedZoneId: domain.hostedZoneId }),
  });
  const { webhookUrls, appEventsQueueUrl, connection } = pipeline;
  // `slipway site` looks for `staticSites`.
  return {
    webhookUrls,
    webhookSecretArn: webhookSecret.arn,
    appEventsQueueUrl,
    handbook: handbook.url,
    staticSites: connection,
  };
}
