import type { DistributionConfig, Origin, ViewerCertificate } from "@aws-sdk/client-cloudfront";
import type { Args } from "./distribution-config";
import { fromBehavior, fromOrdered } from "./distribution-behavior";

type OriginArgs = Args["origins"][number];

/** The settings that CloudFront reports, in Pulumi's words. */
export const fromConfig = (found: DistributionConfig) => ({
  aliases: found.Aliases?.Items,
  callerReference: found.CallerReference,
  comment: found.Comment ?? "",
  customErrorResponses: found.CustomErrorResponses?.Items?.map((each) => ({
    errorCode: each.ErrorCode ?? 0,
    errorCachingMinTtl: each.ErrorCachingMinTTL,
    responseCode: each.ResponseCode ? Number(each.ResponseCode) : undefined,
    responsePagePath: each.ResponsePagePath ?? "",
  })),
  defaultCacheBehavior: fromBehavior(found.DefaultCacheBehavior),
  defaultRootObject: found.DefaultRootObject ?? "",
  enabled: found.Enabled ?? false,
  httpVersion: found.HttpVersion?.toLowerCase() ?? "http2",
  isIpv6Enabled: found.IsIPV6Enabled ?? false,
  orderedCacheBehaviors: found.CacheBehaviors?.Items?.map(fromOrdered),
  origins: (found.Origins?.Items ?? []).map(fromOrigin),
  priceClass: found.PriceClass ?? "PriceClass_All",
  restrictions: {
    geoRestriction: {
      locations: found.Restrictions?.GeoRestriction?.Items ?? [],
      restrictionType: found.Restrictions?.GeoRestriction?.RestrictionType ?? "none",
    },
  },
  staging: found.Staging ?? false,
  viewerCertificate: fromViewerCertificate(found.ViewerCertificate),
  webAclId: found.WebACLId ?? "",
});

function fromOrigin(found: Origin): OriginArgs {
  const { CustomOriginConfig: custom, S3OriginConfig: s3 } = found;
  return {
    connectionAttempts: found.ConnectionAttempts ?? 3,
    connectionTimeout: found.ConnectionTimeout ?? 10,
    customHeaders: found.CustomHeaders?.Items?.map(({ HeaderName: name = "", HeaderValue: value = "" }) => ({
      name,
      value,
    })),
    customOriginConfig: custom && {
      httpPort: custom.HTTPPort ?? 80,
      httpsPort: custom.HTTPSPort ?? 443,
      originKeepaliveTimeout: custom.OriginKeepaliveTimeout ?? 5,
      originProtocolPolicy: custom.OriginProtocolPolicy ?? "",
      originReadTimeout: custom.OriginReadTimeout ?? 30,
      originSslProtocols: custom.OriginSslProtocols?.Items ?? [],
    },
    domainName: found.DomainName ?? "",
    originAccessControlId: found.OriginAccessControlId ?? "",
    originId: found.Id ?? "",
    originPath: found.OriginPath ?? "",
    s3OriginConfig: s3?.OriginAccessIdentity ? { originAccessIdentity: s3.OriginAccessIdentity } : undefined,
  };
}

const fromViewerCertificate = (found: ViewerCertificate | undefined): Args["viewerCertificate"] => ({
  acmCertificateArn: found?.ACMCertificateArn ?? "",
  cloudfrontDefaultCertificate: found?.CloudFrontDefaultCertificate ?? false,
  iamCertificateId: found?.IAMCertificateId ?? "",
  minimumProtocolVersion: found?.MinimumProtocolVersion ?? "TLSv1",
  sslSupportMethod: found?.SSLSupportMethod ?? "",
});
