import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { previewFunction, VIEWER_FUNCTION } from "./viewer-function";

/** What the distributions of all sites share. */
export interface SiteEdge {
  readonly originAccessControl: aws.cloudfront.OriginAccessControl;
  readonly headersPolicy: aws.cloudfront.ResponseHeadersPolicy;
  readonly viewerFunction: aws.cloudfront.Function;
  readonly previewFunction: aws.cloudfront.Function;
  readonly spaPreviewFunction: aws.cloudfront.Function;
}

/** One year, which is what lists of preloaded hosts ask for. */
const HSTS_SECONDS = 31_536_000;

/**
 * Creates what distributions share: the signature of their requests to buckets, the security headers, and the function that
 * maps folders to pages.
 */
export function createSiteEdge(
  name: string,
  { contentSecurityPolicy }: { readonly contentSecurityPolicy: pulumi.Input<string> | undefined },
  parent: pulumi.Resource,
): SiteEdge {
  const originAccessControl = new aws.cloudfront.OriginAccessControl(
    `${name}-origin-access`,
    {
      description: `Requests of the sites of ${name} to their buckets`,
      originAccessControlOriginType: "s3",
      signingBehavior: "always",
      signingProtocol: "sigv4",
    },
    { parent },
  );
  const headersPolicy = new aws.cloudfront.ResponseHeadersPolicy(
    `${name}-headers`,
    {
      comment: `Security headers of the sites of ${name}`,
      securityHeadersConfig: {
        strictTransportSecurity: { accessControlMaxAgeSec: HSTS_SECONDS, includeSubdomains: true, override: true },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: "SAMEORIGIN", override: false },
        referrerPolicy: { referrerPolicy: "strict-origin-when-cross-origin", override: false },
        ...(contentSecurityPolicy === undefined
          ? {}
          : { contentSecurityPolicy: { contentSecurityPolicy, override: false } }),
      },
    },
    { parent },
  );
  const edgeFunction = (role: string, code: string, comment: string) =>
    new aws.cloudfront.Function(`${name}-${role}`, { runtime: "cloudfront-js-2.0", code, comment }, { parent });
  return {
    originAccessControl,
    headersPolicy,
    viewerFunction: edgeFunction("pages", VIEWER_FUNCTION, "Maps folders to pages"),
    previewFunction: edgeFunction("previews", previewFunction(false), "Maps hosts and folders of previews to pages"),
    spaPreviewFunction: edgeFunction("spa-previews", previewFunction(true), "Maps hosts of previews to their index"),
  };
}
