import type { SiteSettings } from "../contract";
import { LIVE_FOLDER, PREVIEWS_FOLDER } from "./deploy-layout";

/** What a distribution is made of, besides the site. */
export interface DistributionParts {
  readonly reference: string;
  readonly comment: string;
  /** `<bucket>.s3.<region>.amazonaws.com`. */
  readonly origin: string;
  readonly originAccessControlId: string;
  readonly headersPolicyId?: string | undefined;
  readonly viewerFunctionArn?: string | undefined;
  readonly domain?: string | undefined;
  readonly certificateArn?: string | undefined;
}

/** AWS's managed policy that caches by what the objects say, and ignores cookies and queries. */
const CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6";
const LIVE = "live";
const PREVIEWS = "previews";

const listOf = <T>(items: readonly T[]) => ({ Quantity: items.length, Items: [...items] });

/** The distribution of a site as CloudFront's API takes it: HTTPS only, a private origin, nothing but reads. */
export function distributionConfig(parts: DistributionParts, settings: SiteSettings) {
  const { reference, comment, domain, certificateArn } = parts;
  const own = domain !== undefined && certificateArn !== undefined;
  return {
    CallerReference: reference,
    Comment: comment,
    Enabled: true,
    HttpVersion: "http2and3" as const,
    IsIPV6Enabled: true,
    PriceClass: "PriceClass_100" as const,
    DefaultRootObject: "index.html",
    Aliases: listOf(own ? [domain] : []),
    Origins: listOf([originOf(parts, LIVE, `/${LIVE_FOLDER}`), originOf(parts, PREVIEWS, "")]),
    DefaultCacheBehavior: behaviourOf(parts, LIVE),
    CacheBehaviors: listOf([{ PathPattern: `/${PREVIEWS_FOLDER}/*`, ...behaviourOf(parts, PREVIEWS) }]),
    CustomErrorResponses: listOf(errorsOf(settings)),
    ViewerCertificate: own
      ? {
          ACMCertificateArn: certificateArn,
          SSLSupportMethod: "sni-only" as const,
          MinimumProtocolVersion: "TLSv1.2_2021" as const,
        }
      : { CloudFrontDefaultCertificate: true },
  };
}

const originOf = ({ origin, originAccessControlId }: DistributionParts, id: string, path: string) => ({
  Id: id,
  DomainName: origin,
  OriginPath: path,
  OriginAccessControlId: originAccessControlId,
  // An empty identity is how the API writes that the older kind of access is not used.
  S3OriginConfig: { OriginAccessIdentity: "" },
});

const behaviourOf = ({ headersPolicyId, viewerFunctionArn }: DistributionParts, origin: string) => ({
  TargetOriginId: origin,
  ViewerProtocolPolicy: "redirect-to-https" as const,
  AllowedMethods: { ...listOf(["GET", "HEAD"] as const), CachedMethods: listOf(["GET", "HEAD"] as const) },
  Compress: true,
  CachePolicyId: CACHING_OPTIMIZED,
  ...(headersPolicyId !== undefined && { ResponseHeadersPolicyId: headersPolicyId }),
  FunctionAssociations: listOf(
    viewerFunctionArn === undefined ? [] : [{ EventType: "viewer-request" as const, FunctionARN: viewerFunctionArn }],
  ),
});

/** Nobody may list the bucket, so S3 answers 403 for what is not there. Errors are kept for a moment only. */
function errorsOf({ spa_fallback: spa = false, error_page: page = "404.html" }: SiteSettings) {
  const response = spa
    ? { ResponsePagePath: "/index.html", ResponseCode: "200" }
    : { ResponsePagePath: `/${page}`, ResponseCode: "404" };
  return [403, 404].map((ErrorCode) => ({ ErrorCode, ...response, ErrorCachingMinTTL: 10 }));
}

/** The bucket's policy: this distribution reads what is served, and nobody speaks without TLS. */
export function bucketPolicy(bucket: string, account: string, distributionArn: string): string {
  const arn = `arn:aws:s3:::${bucket}`;
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "ServeToDistribution",
        Effect: "Allow",
        Principal: { Service: "cloudfront.amazonaws.com" },
        Action: ["s3:GetObject"],
        Resource: [`${arn}/${LIVE_FOLDER}/*`, `${arn}/${PREVIEWS_FOLDER}/*`],
        Condition: { StringEquals: { "aws:SourceArn": distributionArn, "aws:SourceAccount": account } },
      },
      {
        Sid: "DenyPlainHttp",
        Effect: "Deny",
        Principal: "*",
        Action: ["s3:*"],
        Resource: [arn, `${arn}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  });
}
