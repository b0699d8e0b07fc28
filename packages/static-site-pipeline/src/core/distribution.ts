import type { SiteSettings } from "../contract";
import { LIVE_FOLDER, DEFAULT_ERROR_PAGE, PREVIEWS_FOLDER } from "./deploy-layout";

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
/** AWS's managed policy that caches nothing. */
const CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";
/** Id of the one origin of a distribution. */
const ORIGIN = "site";

const listOf = <T>(items: readonly T[]) => ({ Quantity: items.length, Items: [...items] });

/** The distribution of a site as CloudFront's API takes it: HTTPS only, a private origin, nothing but reads. */
export const distributionConfig = (parts: DistributionParts, settings: SiteSettings) => ({
  ...configOf(parts, LIVE_FOLDER, CACHING_OPTIMIZED),
  CustomErrorResponses: listOf(errorsOf(settings)),
});

/**
 * The distribution of a site's previews. It is one of its own, so that a page of a preview can load nothing of the live site
 * by an absolute path, and the other way round. Nothing is cached, since few look and all want the newest. An error page is
 * chosen by distribution, not by preview: they share one.
 */
export const previewDistributionConfig = (parts: DistributionParts) => ({
  ...configOf(parts, PREVIEWS_FOLDER, CACHING_DISABLED),
  CustomErrorResponses: listOf(answersWith(DEFAULT_ERROR_PAGE, "404")),
});

function configOf(parts: DistributionParts, folder: string, cachePolicyId: string) {
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
    Origins: listOf([originOf(parts, `/${folder}`)]),
    DefaultCacheBehavior: behaviourOf(parts, cachePolicyId),
    ViewerCertificate: own
      ? {
          ACMCertificateArn: certificateArn,
          SSLSupportMethod: "sni-only" as const,
          MinimumProtocolVersion: "TLSv1.2_2021" as const,
        }
      : { CloudFrontDefaultCertificate: true },
  };
}

const originOf = ({ origin, originAccessControlId }: DistributionParts, path: string) => ({
  Id: ORIGIN,
  DomainName: origin,
  OriginPath: path,
  OriginAccessControlId: originAccessControlId,
  // An empty identity is how the API writes that the older kind of access is not used.
  S3OriginConfig: { OriginAccessIdentity: "" },
});

const behaviourOf = ({ headersPolicyId, viewerFunctionArn }: DistributionParts, cachePolicyId: string) => ({
  TargetOriginId: ORIGIN,
  ViewerProtocolPolicy: "redirect-to-https" as const,
  AllowedMethods: { ...listOf(["GET", "HEAD"] as const), CachedMethods: listOf(["GET", "HEAD"] as const) },
  Compress: true,
  CachePolicyId: cachePolicyId,
  ...(headersPolicyId !== undefined && { ResponseHeadersPolicyId: headersPolicyId }),
  FunctionAssociations: listOf(
    viewerFunctionArn === undefined ? [] : [{ EventType: "viewer-request" as const, FunctionARN: viewerFunctionArn }],
  ),
});

const errorsOf = ({ spa_fallback: spa = false, error_page: page = DEFAULT_ERROR_PAGE }: SiteSettings) =>
  spa ? answersWith("index.html", "200") : answersWith(page, "404");

/** Nobody may list the bucket, so S3 answers 403 for what is not there. Errors are kept for a moment only. */
const answersWith = (page: string, ResponseCode: string) =>
  [403, 404].map((ErrorCode) => ({ ErrorCode, ResponsePagePath: `/${page}`, ResponseCode, ErrorCachingMinTTL: 10 }));

/** Distributions that read a site's bucket. */
export interface Readers {
  readonly liveArn: string;
  /** Of the previews, where there are any. */
  readonly previewsArn?: string | undefined;
}

/** The bucket's policy: each distribution reads what it serves, and nobody speaks without TLS. */
export function bucketPolicy(bucket: string, account: string, { liveArn, previewsArn }: Readers): string {
  const arn = `arn:aws:s3:::${bucket}`;
  const serve = (Sid: string, folder: string, distributionArn: string) => ({
    Sid,
    Effect: "Allow",
    Principal: { Service: "cloudfront.amazonaws.com" },
    Action: ["s3:GetObject"],
    Resource: [`${arn}/${folder}/*`],
    Condition: { StringEquals: { "aws:SourceArn": distributionArn, "aws:SourceAccount": account } },
  });
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      serve("ServeToDistribution", LIVE_FOLDER, liveArn),
      ...(previewsArn === undefined ? [] : [serve("ServePreviews", PREVIEWS_FOLDER, previewsArn)]),
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
