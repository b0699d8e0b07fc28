import type * as aws from "@pulumi/aws";
import type {
  DistributionConfig,
  GeoRestrictionType,
  HttpVersion,
  MinimumProtocolVersion,
  Origin,
  OriginProtocolPolicy,
  PriceClass,
  SslProtocol,
  SSLSupportMethod,
  ViewerCertificate,
} from "@aws-sdk/client-cloudfront";
import type { Plain } from "../../plain";
import { toBehavior, toOrdered } from "./distribution-behavior";
import { items } from "./locate";

/** Inputs of a distribution, resolved. */
export type Args = Plain<aws.cloudfront.DistributionArgs>;
type OriginArgs = Args["origins"][number];

/** What CloudFront is asked for. */
export const toConfig = (inputs: Args, CallerReference: string): DistributionConfig => ({
  CallerReference,
  Aliases: items(inputs.aliases),
  CacheBehaviors: items(inputs.orderedCacheBehaviors?.map(toOrdered)),
  Comment: inputs.comment ?? "",
  CustomErrorResponses: items(inputs.customErrorResponses?.map(toErrorResponse)),
  DefaultCacheBehavior: toBehavior(inputs.defaultCacheBehavior),
  DefaultRootObject: inputs.defaultRootObject ?? "",
  Enabled: inputs.enabled,
  HttpVersion: inputs.httpVersion as HttpVersion,
  IsIPV6Enabled: inputs.isIpv6Enabled ?? false,
  Logging: { Enabled: false, IncludeCookies: false, Bucket: "", Prefix: "" },
  Origins: { Quantity: inputs.origins.length, Items: inputs.origins.map(toOrigin) },
  OriginGroups: { Quantity: 0 },
  PriceClass: inputs.priceClass as PriceClass,
  Restrictions: {
    GeoRestriction: {
      ...items(inputs.restrictions.geoRestriction.locations),
      RestrictionType: inputs.restrictions.geoRestriction.restrictionType as GeoRestrictionType,
    },
  },
  Staging: inputs.staging ?? false,
  ViewerCertificate: toViewerCertificate(inputs.viewerCertificate),
  WebACLId: inputs.webAclId ?? "",
});

const toErrorResponse = (given: NonNullable<Args["customErrorResponses"]>[number]) => ({
  ErrorCode: given.errorCode,
  ErrorCachingMinTTL: given.errorCachingMinTtl,
  ResponseCode: given.responseCode === undefined ? "" : String(given.responseCode),
  ResponsePagePath: given.responsePagePath ?? "",
});

function toOrigin(given: OriginArgs): Origin {
  const { customOriginConfig: custom } = given;
  return {
    Id: given.originId,
    DomainName: given.domainName,
    OriginPath: given.originPath ?? "",
    OriginAccessControlId: given.originAccessControlId ?? "",
    ConnectionAttempts: given.connectionAttempts ?? 3,
    ConnectionTimeout: given.connectionTimeout ?? 10,
    CustomHeaders: items(given.customHeaders?.map(({ name, value }) => ({ HeaderName: name, HeaderValue: value }))),
    ...(custom === undefined
      ? { S3OriginConfig: { OriginAccessIdentity: given.s3OriginConfig?.originAccessIdentity ?? "" } }
      : { CustomOriginConfig: toCustomOrigin(custom) }),
  };
}

const toCustomOrigin = (custom: NonNullable<OriginArgs["customOriginConfig"]>) => ({
  HTTPPort: custom.httpPort,
  HTTPSPort: custom.httpsPort,
  OriginProtocolPolicy: custom.originProtocolPolicy as OriginProtocolPolicy,
  OriginSslProtocols: { Quantity: custom.originSslProtocols.length, Items: custom.originSslProtocols as SslProtocol[] },
  OriginReadTimeout: custom.originReadTimeout ?? 30,
  OriginKeepaliveTimeout: custom.originKeepaliveTimeout ?? 5,
});

function toViewerCertificate(given: Args["viewerCertificate"]): ViewerCertificate {
  const { acmCertificateArn, iamCertificateId, minimumProtocolVersion, sslSupportMethod } = given;
  if (acmCertificateArn === undefined && iamCertificateId === undefined) return { CloudFrontDefaultCertificate: true };
  return {
    ACMCertificateArn: acmCertificateArn,
    IAMCertificateId: iamCertificateId,
    CloudFrontDefaultCertificate: false,
    MinimumProtocolVersion: (minimumProtocolVersion ?? "TLSv1") as MinimumProtocolVersion,
    SSLSupportMethod: sslSupportMethod as SSLSupportMethod,
  };
}
