import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { SiteSettings } from "./contract";
import { distributionConfig, previewDistributionConfig } from "./core/distribution";
import type { DistributionRole } from "./core/site-names";
import type { StaticSitePipelineOutput } from "./static-site-pipeline";

/** What a declared site's distribution is made of. */
export interface DistributionArgs {
  readonly connection: pulumi.Output<StaticSitePipelineOutput>;
  readonly bucket: aws.s3.Bucket;
  readonly comment: pulumi.Input<string>;
  readonly settings: Pick<SiteSettings, "name" | "source" | "spa_fallback" | "error_page">;
  readonly domain: string | undefined;
  readonly certificateArn: pulumi.Output<string> | undefined;
  readonly role: DistributionRole;
}

/** Only for what does not depend on names and ids: those are put over it. */
const UNKNOWN = { reference: "", comment: "", origin: "", originAccessControlId: "" };

/** Creates a distribution of a site, as those are that are provisioned at run time: both go by one function. */
export function createSiteDistribution(
  name: string,
  { connection, bucket, comment, settings, domain, certificateArn, role }: DistributionArgs,
  parent: pulumi.Resource,
): aws.cloudfront.Distribution {
  const config = role === "live" ? distributionConfig(UNKNOWN, { ...settings }) : previewDistributionConfig(UNKNOWN);
  const { DefaultCacheBehavior: behaviour } = config;
  return new aws.cloudfront.Distribution(
    role === "live" ? `${name}-distribution` : `${name}-previews`,
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
      defaultCacheBehavior: {
        targetOriginId: behaviour.TargetOriginId,
        viewerProtocolPolicy: behaviour.ViewerProtocolPolicy,
        allowedMethods: behaviour.AllowedMethods.Items,
        cachedMethods: behaviour.AllowedMethods.CachedMethods.Items,
        compress: behaviour.Compress,
        cachePolicyId: behaviour.CachePolicyId,
        responseHeadersPolicyId: connection.headersPolicyId,
        functionAssociations: [{ eventType: "viewer-request", functionArn: functionOf(connection, settings, role) }],
      },
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

const functionOf = (
  connection: pulumi.Output<StaticSitePipelineOutput>,
  { spa_fallback: spa = false }: DistributionArgs["settings"],
  role: DistributionRole,
): pulumi.Output<string> =>
  connection.apply(({ viewerFunctionArn, previewFunctionArn, spaPreviewFunctionArn }) => {
    if (role === "live") return viewerFunctionArn;
    return spa ? spaPreviewFunctionArn : previewFunctionArn;
  });
