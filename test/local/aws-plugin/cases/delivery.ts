import type * as aws from "@pulumi/aws";
import type { ConformanceCase } from "../conformance-case";

/** Managed policies of CloudFront: caching as the origin says, and none at all. */
const CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6";
const CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";

const behaviour = (cachePolicyId: string) => ({
  allowedMethods: ["GET", "HEAD"],
  cachePolicyId,
  cachedMethods: ["GET", "HEAD"],
  compress: true,
  targetOriginId: "live",
  viewerProtocolPolicy: "redirect-to-https",
});

const distribution: ConformanceCase<aws.cloudfront.DistributionArgs> = {
  token: "aws:cloudfront/distribution:Distribution",
  args: ({ bucketDomain, originAccessControlId, headersPolicyId }) => ({
    aliases: ["www.conformance.test"],
    comment: "first",
    customErrorResponses: [{ errorCode: 403, responseCode: 404, responsePagePath: "/404.html" }],
    defaultCacheBehavior: { ...behaviour(CACHING_OPTIMIZED), responseHeadersPolicyId: headersPolicyId },
    defaultRootObject: "index.html",
    enabled: true,
    origins: [{ originId: "live", domainName: bucketDomain, originAccessControlId }],
    restrictions: { geoRestriction: { restrictionType: "none" } },
    viewerCertificate: { cloudfrontDefaultCertificate: true },
    tags: { kind: "conformance" },
  }),
  updateWith: ({ certificateArn, edgeFunctionArn, headersPolicyId }) => ({
    comment: "second",
    customErrorResponses: [
      { errorCode: 404, errorCachingMinTtl: 5, responseCode: 200, responsePagePath: "/index.html" },
    ],
    defaultCacheBehavior: {
      ...behaviour(CACHING_DISABLED),
      functionAssociations: [{ eventType: "viewer-request", functionArn: edgeFunctionArn }],
      responseHeadersPolicyId: headersPolicyId,
    },
    httpVersion: "http2and3",
    isIpv6Enabled: true,
    orderedCacheBehaviors: [{ ...behaviour(CACHING_OPTIMIZED), pathPattern: "/assets/*" }],
    priceClass: "PriceClass_100",
    viewerCertificate: {
      acmCertificateArn: certificateArn,
      minimumProtocolVersion: "TLSv1.2_2021",
      sslSupportMethod: "sni-only",
    },
    tags: { kind: "changed" },
  }),
  replaceWith: () => ({ staging: true, aliases: [] }),
};

const originAccessControl: ConformanceCase<aws.cloudfront.OriginAccessControlArgs> = {
  token: "aws:cloudfront/originAccessControl:OriginAccessControl",
  args: () => ({ originAccessControlOriginType: "s3", signingBehavior: "always", signingProtocol: "sigv4" }),
  updateWith: () => ({ description: "second", signingBehavior: "no-override" }),
  replaceWith: () => ({ name: "conformance-replaced" }),
};

const responseHeadersPolicy: ConformanceCase<aws.cloudfront.ResponseHeadersPolicyArgs> = {
  token: "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy",
  args: () => ({
    comment: "first",
    securityHeadersConfig: {
      contentTypeOptions: { override: true },
      frameOptions: { frameOption: "DENY", override: true },
      strictTransportSecurity: { accessControlMaxAgeSec: 31_536_000, includeSubdomains: true, override: true },
    },
  }),
  updateWith: () => ({
    comment: "second",
    customHeadersConfig: { items: [{ header: "X-Kind", override: true, value: "conformance" }] },
    removeHeadersConfig: { items: [{ header: "X-Powered-By" }] },
    securityHeadersConfig: {
      contentSecurityPolicy: { contentSecurityPolicy: "default-src 'self'", override: false },
      contentTypeOptions: { override: true },
      referrerPolicy: { override: false, referrerPolicy: "same-origin" },
      xssProtection: { modeBlock: true, override: true, protection: true },
    },
  }),
};

const edgeFunction: ConformanceCase<aws.cloudfront.FunctionArgs> = {
  token: "aws:cloudfront/function:Function",
  args: () => ({
    code: "function handler(event) { return event.request; }",
    runtime: "cloudfront-js-2.0",
    tags: { kind: "conformance" },
  }),
  updateWith: () => ({
    code: "function handler(event) { const { request } = event; return request; }",
    comment: "second",
    tags: { kind: "changed" },
  }),
  replaceWith: () => ({ name: "conformance-replaced" }),
};

const zone: ConformanceCase<aws.route53.ZoneArgs> = {
  token: "aws:route53/zone:Zone",
  args: () => ({ name: "first.conformance.test", tags: { kind: "conformance" } }),
  updateWith: () => ({ comment: "second", tags: { more: "yes" } }),
  replaceWith: () => ({ name: "second.conformance.test" }),
  notImported: ["forceDestroy"],
};

const record: ConformanceCase<aws.route53.RecordArgs> = {
  token: "aws:route53/record:Record",
  args: ({ zoneId }) => ({ zoneId, name: "_first", type: "TXT", ttl: 60, records: ["one", "two"] }),
  updateWith: () => ({ ttl: 300, records: ["three"] }),
  replaceWith: ({ zoneId, otherZoneId }) => ({
    zoneId: otherZoneId,
    name: "alias.other.conformance.test",
    type: "A",
    ttl: undefined,
    records: undefined,
    aliases: [
      { name: "d111111abcdef8.cloudfront.net", zoneId: zoneId && "Z2FDTNDATAQYW2", evaluateTargetHealth: false },
    ],
  }),
};

const certificate: ConformanceCase<aws.acm.CertificateArgs> = {
  token: "aws:acm/certificate:Certificate",
  args: () => ({
    domainName: "first.conformance.test",
    validationMethod: "DNS",
    region: "us-east-1",
    tags: { kind: "conformance" },
  }),
  updateWith: () => ({ options: { certificateTransparencyLoggingPreference: "DISABLED" }, tags: { kind: "changed" } }),
  replaceWith: () => ({ subjectAlternativeNames: ["www.conformance.test"] }),
  importId: ({ id }) => `${String(id)}@us-east-1`,
};

const validation: ConformanceCase<aws.acm.CertificateValidationArgs> = {
  token: "aws:acm/certificateValidation:CertificateValidation",
  args: ({ certificateArn }) => ({ certificateArn, region: "us-east-1" }),
  replaceWith: ({ otherCertificateArn }) => ({ certificateArn: otherCertificateArn }),
  importId: ({ certificateArn }) => `${String(certificateArn)}@us-east-1`,
};

const project: ConformanceCase<aws.codebuild.ProjectArgs> = {
  token: "aws:codebuild/project:Project",
  args: ({ roleArn, logGroupName }) => ({
    artifacts: { type: "NO_ARTIFACTS" },
    buildTimeout: 10,
    environment: {
      computeType: "BUILD_GENERAL1_SMALL",
      environmentVariables: [{ name: "STAGE", value: "first" }],
      image: "aws/codebuild/standard:7.0",
      type: "LINUX_CONTAINER",
    },
    logsConfig: { cloudwatchLogs: { groupName: logGroupName } },
    serviceRole: roleArn,
    source: { type: "NO_SOURCE", buildspec: "version: 0.2\nphases:\n  build:\n    commands:\n      - 'true'\n" },
    tags: { kind: "conformance" },
  }),
  updateWith: ({ bucketName }) => ({
    artifacts: { type: "S3", location: bucketName, name: "site.zip", packaging: "ZIP" },
    concurrentBuildLimit: 1,
    description: "second",
    environment: {
      computeType: "BUILD_GENERAL1_MEDIUM",
      environmentVariables: [
        { name: "STAGE", value: "second" },
        { name: "TOKEN", value: "/token", type: "PARAMETER_STORE" },
      ],
      image: "aws/codebuild/standard:7.0",
      type: "LINUX_CONTAINER",
    },
    queuedTimeout: 60,
    source: { type: "GITHUB", location: "https://github.com/acme/site.git", gitCloneDepth: 1 },
    sourceVersion: "main",
    tags: { kind: "changed" },
  }),
  replaceWith: () => ({ name: "conformance-replaced" }),
  importId: ({ name }) => String(name),
};

/** Cases of what builds and delivers sites. */
export const deliveryCases: readonly ConformanceCase[] = [
  certificate,
  distribution,
  edgeFunction,
  originAccessControl,
  project,
  record,
  responseHeadersPolicy,
  validation,
  zone,
];
