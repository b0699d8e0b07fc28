import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { SiteSettings } from "./contract";
import { distributionConfig } from "./core/distribution";
import type { StaticSitePipelineOutput } from "./static-site-pipeline";

/** What a declared site's distribution is made of. */
export interface DistributionArgs {
  readonly connection: pulumi.Output<StaticSitePipelineOutput>;
  readonly bucket: aws.s3.Bucket;
  readonly comment: pulumi.Input<string>;
  readonly settings: Pick<SiteSettings, "name" | "source" | "spa_fallback" | "error_page">;
  readonly domain: string | undefined;
  readonly certificateArn: pulumi.Output<string> | undefined;
}

/** Only for what does not depend on names and ids: those are put over it. */
const UNKNOWN = { reference: "", comment: "", origin: "", originAccessControlId: "" };

/** Creates the distribution of a site, as those are that are provisioned at run time: both go by one function. */
export function createSiteDistribution(
  name: string,
  { connection, bucket, comment, settings, domain, certificateArn }: DistributionArgs,
  parent: pulumi.Resource,
): aws.cloudfront.Distribution {
  const config = distributionConfig(UNKNOWN, { ...settings });
  const behaviour = (wanted: typeof config.DefaultCacheBehavior) => ({
    targetOriginId: wanted.TargetOriginId,
    viewerProtocolPolicy: wanted.ViewerProtocolPolicy,
    allowedMethods: wanted.AllowedMethods.Items,
    cachedMethods: wanted.AllowedMethods.CachedMethods.Items,
    compress: wanted.Compress,
    cachePolicyId: wanted.CachePolicyId,
    responseHeadersPolicyId: connection.headersPolicyId,
    functionAssociations: [{ eventType: "viewer-request", functionArn: connection.viewerFunctionArn }],
  });
  return new aws.cloudfront.Distribution(
    `${name}-distribution`,
    {
      comment,
      enabled: config.Enabled,
      httpVersion: config.HttpVersion,
      isIpv6Enabled: config.IsIPV6Enabled,
      priceClass: config.PriceClass,
      defaultRootObject: config.DefaultRootObject,
      ...(domain === undefined ? {} : { aliases: [domain] }),
      origins: config.Origins.Items.map(({ Id, OriginPath }) => ({
        originId: Id,
        originPath: OriginPath,
        domainName: bucket.bucketRegionalDomainName,
        originAccessControlId: connection.originAccessControlId,
      })),
      defaultCacheBehavior: behaviour(config.DefaultCacheBehavior),
      orderedCacheBehaviors: config.CacheBehaviors.Items.map((each) => ({
        ...behaviour(each),
        pathPattern: each.PathPattern,
      })),
      customErrorResponses: config.CustomErrorResponses.Items.map((each) => ({
        errorCode: each.ErrorCode,
        errorCachingMinTtl: each.ErrorCachingMinTTL,
        responseCode: Number(each.ResponseCode),
        responsePagePath: each.ResponsePagePath,
      })),
      restrictions: { geoRestriction: { restrictionType: "none" } },
      viewerCertificate:
        certificateArn === undefined
          ? { cloudfrontDefaultCertificate: true }
          : { acmCertificateArn: certificateArn, sslSupportMethod: "sni-only", minimumProtocolVersion: "TLSv1.2_2021" },
    },
    { parent },
  );
}
