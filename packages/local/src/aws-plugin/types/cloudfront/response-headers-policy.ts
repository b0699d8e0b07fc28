import type * as aws from "@pulumi/aws";
import type {
  FrameOptionsList,
  ReferrerPolicyList,
  ResponseHeadersPolicyConfig,
  ResponseHeadersPolicySecurityHeadersConfig,
} from "@aws-sdk/client-cloudfront";
import { unlessAbsent } from "../../errors";
import type { Plain } from "../../plain";
import type { ResourceType } from "../../resource-type";
import { cloudfrontArn } from "./locate";

type Args = Plain<aws.cloudfront.ResponseHeadersPolicyArgs>;
type Security = NonNullable<Args["securityHeadersConfig"]>;

const ABSENT = "NoSuchResponseHeadersPolicy";

const toSecurity = (given: Security): ResponseHeadersPolicySecurityHeadersConfig => {
  const { contentSecurityPolicy: csp, contentTypeOptions, frameOptions, referrerPolicy, xssProtection } = given;
  const { strictTransportSecurity: hsts } = given;
  return {
    ContentSecurityPolicy: csp && { Override: csp.override, ContentSecurityPolicy: csp.contentSecurityPolicy },
    ContentTypeOptions: contentTypeOptions && { Override: contentTypeOptions.override },
    FrameOptions: frameOptions && {
      Override: frameOptions.override,
      FrameOption: frameOptions.frameOption as FrameOptionsList,
    },
    ReferrerPolicy: referrerPolicy && {
      Override: referrerPolicy.override,
      ReferrerPolicy: referrerPolicy.referrerPolicy as ReferrerPolicyList,
    },
    StrictTransportSecurity: hsts && {
      Override: hsts.override,
      AccessControlMaxAgeSec: hsts.accessControlMaxAgeSec,
      IncludeSubdomains: hsts.includeSubdomains ?? false,
      Preload: hsts.preload ?? false,
    },
    XSSProtection: xssProtection && {
      Override: xssProtection.override,
      Protection: xssProtection.protection,
      ModeBlock: xssProtection.modeBlock,
      ReportUri: xssProtection.reportUri,
    },
  };
};

const fromSecurity = (found: ResponseHeadersPolicySecurityHeadersConfig): Security => {
  const { ContentSecurityPolicy: csp, ContentTypeOptions, FrameOptions, ReferrerPolicy, XSSProtection: xss } = found;
  const { StrictTransportSecurity: hsts } = found;
  return {
    contentSecurityPolicy: csp && {
      override: csp.Override ?? false,
      contentSecurityPolicy: csp.ContentSecurityPolicy ?? "",
    },
    contentTypeOptions: ContentTypeOptions && { override: ContentTypeOptions.Override ?? false },
    frameOptions: FrameOptions && {
      override: FrameOptions.Override ?? false,
      frameOption: FrameOptions.FrameOption ?? "",
    },
    referrerPolicy: ReferrerPolicy && {
      override: ReferrerPolicy.Override ?? false,
      referrerPolicy: ReferrerPolicy.ReferrerPolicy ?? "",
    },
    strictTransportSecurity: hsts && {
      override: hsts.Override ?? false,
      accessControlMaxAgeSec: hsts.AccessControlMaxAgeSec ?? 0,
      includeSubdomains: hsts.IncludeSubdomains ?? false,
      preload: hsts.Preload ?? false,
    },
    xssProtection: xss && {
      override: xss.Override ?? false,
      protection: xss.Protection ?? false,
      modeBlock: xss.ModeBlock,
      reportUri: xss.ReportUri,
    },
  };
};

const config = (inputs: Args): ResponseHeadersPolicyConfig => {
  const { customHeadersConfig: custom, removeHeadersConfig: removed, securityHeadersConfig: security } = inputs;
  return {
    Name: String(inputs.name),
    Comment: inputs.comment ?? "",
    SecurityHeadersConfig: security && toSecurity(security),
    CustomHeadersConfig: custom && {
      Quantity: custom.items?.length ?? 0,
      Items: custom.items?.map(({ header: Header, override: Override, value: Value }) => ({ Header, Override, Value })),
    },
    RemoveHeadersConfig: removed && {
      Quantity: removed.items?.length ?? 0,
      Items: removed.items?.map(({ header: Header }) => ({ Header })),
    },
  };
};

/** Headers that CloudFront adds to what it answers: security headers, own ones, and those taken away. Id: its id. */
export const responseHeadersPolicy: ResourceType<
  aws.cloudfront.ResponseHeadersPolicyArgs,
  aws.cloudfront.ResponseHeadersPolicyState
> = {
  token: "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy",
  global: true,
  inputs: {
    comment: {},
    customHeadersConfig: { fields: { items: { header: true, override: true, value: true } } },
    name: { computed: true },
    removeHeadersConfig: { fields: { items: { header: true } } },
    securityHeadersConfig: {
      fields: {
        contentSecurityPolicy: { contentSecurityPolicy: true, override: true },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: true, override: true },
        referrerPolicy: { override: true, referrerPolicy: true },
        strictTransportSecurity: {
          accessControlMaxAgeSec: true,
          includeSubdomains: true,
          override: true,
          preload: true,
        },
        xssProtection: { modeBlock: true, override: true, protection: true, reportUri: true },
      },
    },
  },
  outputs: ["arn", "etag"],
  volatile: ["etag"],
  autoName: { property: "name", maxLength: 128 },

  async create({ clients }, inputs) {
    const cloudfront = await clients.cloudfront();
    const made = await cloudfront.createResponseHeadersPolicy({ ResponseHeadersPolicyConfig: config(inputs) });
    return String(made.ResponseHeadersPolicy?.Id);
  },

  async read(context, id) {
    const cloudfront = await context.clients.cloudfront();
    const found = await unlessAbsent(cloudfront.getResponseHeadersPolicy({ Id: id }), ABSENT);
    const described = found?.ResponseHeadersPolicy?.ResponseHeadersPolicyConfig;
    if (found === undefined || described === undefined) return undefined;
    return {
      arn: await cloudfrontArn(context, `response-headers-policy/${id}`),
      etag: found.ETag,
      comment: described.Comment ?? "",
      name: described.Name,
      securityHeadersConfig: described.SecurityHeadersConfig && fromSecurity(described.SecurityHeadersConfig),
      customHeadersConfig: described.CustomHeadersConfig?.Items && {
        items: described.CustomHeadersConfig.Items.map(({ Header = "", Override = false, Value = "" }) => ({
          header: Header,
          override: Override,
          value: Value,
        })),
      },
      removeHeadersConfig: described.RemoveHeadersConfig?.Items && {
        items: described.RemoveHeadersConfig.Items.map(({ Header = "" }) => ({ header: Header })),
      },
    };
  },

  async update({ clients }, id, { inputs }) {
    const cloudfront = await clients.cloudfront();
    const { ETag: IfMatch } = await cloudfront.getResponseHeadersPolicy({ Id: id });
    await cloudfront.updateResponseHeadersPolicy({ Id: id, IfMatch, ResponseHeadersPolicyConfig: config(inputs) });
  },

  async delete({ clients }, id) {
    const cloudfront = await clients.cloudfront();
    const found = await unlessAbsent(cloudfront.getResponseHeadersPolicy({ Id: id }), ABSENT);
    if (found === undefined) return;
    await unlessAbsent(cloudfront.deleteResponseHeadersPolicy({ Id: id, IfMatch: found.ETag }), ABSENT);
  },
};
