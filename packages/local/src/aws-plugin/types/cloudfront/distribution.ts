import type * as aws from "@pulumi/aws";
import type { CloudFront } from "@aws-sdk/client-cloudfront";
import { randomUUID } from "node:crypto";
import type { Context } from "../../context";
import { unlessAbsent } from "../../errors";
import type { ResourceType } from "../../resource-type";
import { poll } from "../poll";
import { applyTags, fromTagList, toTagList } from "../tags";
import { BEHAVIOR_FIELDS } from "./distribution-behavior";
import { toConfig } from "./distribution-config";
import { fromConfig } from "./distribution-state";

const ABSENT = "NoSuchDistribution";
/** Zone of every distribution's own name. Source: https://docs.aws.amazon.com/general/latest/gr/cf_region.html */
const HOSTED_ZONE = "Z2FDTNDATAQYW2";
const WAIT_SECONDS = 90 * 60;

/** Waits as the official provider does: until the change is everywhere. */
async function untilDeployed(context: Context, Id: string): Promise<void> {
  const cloudfront = await context.clients.cloudfront();
  let status = "unknown";
  const ask = async (): Promise<true | undefined> => {
    status = (await cloudfront.getDistribution({ Id })).Distribution?.Status ?? "";
    return status === "Deployed" ? true : undefined;
  };
  const patience = { subject: `distribution ${Id}`, intervalMilliseconds: 500, timeoutSeconds: WAIT_SECONDS };
  await poll(context, patience, ask, () => `its status is ${status}`);
}

async function disable(cloudfront: CloudFront, Id: string): Promise<void> {
  const { DistributionConfig: config, ETag: IfMatch } = await cloudfront.getDistributionConfig({ Id });
  if (config?.Enabled !== true) return;
  await cloudfront.updateDistribution({ Id, IfMatch, DistributionConfig: { ...config, Enabled: false } });
}

/** CloudFront distribution. Id: its id. Without origin groups, Lambda@Edge, and settings from before cache policies. */
export const distribution: ResourceType<aws.cloudfront.DistributionArgs, aws.cloudfront.DistributionState> = {
  token: "aws:cloudfront/distribution:Distribution",
  global: true,
  inputs: {
    aliases: {},
    comment: {},
    customErrorResponses: {
      fields: { errorCachingMinTtl: true, errorCode: true, responseCode: true, responsePagePath: true },
    },
    defaultCacheBehavior: { required: true, fields: BEHAVIOR_FIELDS },
    defaultRootObject: {},
    enabled: { required: true },
    httpVersion: { default: "http2" },
    isIpv6Enabled: {},
    orderedCacheBehaviors: { kind: "list", fields: { ...BEHAVIOR_FIELDS, pathPattern: true } },
    origins: {
      required: true,
      fields: {
        connectionAttempts: true,
        connectionTimeout: true,
        customHeaders: { name: true, value: true },
        customOriginConfig: {
          httpPort: true,
          httpsPort: true,
          originKeepaliveTimeout: true,
          originProtocolPolicy: true,
          originReadTimeout: true,
          originSslProtocols: true,
        },
        domainName: true,
        originAccessControlId: true,
        originId: true,
        originPath: true,
        s3OriginConfig: { originAccessIdentity: true },
      },
    },
    priceClass: { default: "PriceClass_All" },
    restrictions: { required: true, fields: { geoRestriction: { locations: true, restrictionType: true } } },
    retainOnDelete: { carried: true, default: false },
    staging: { replaces: true, default: false },
    tags: { kind: "map" },
    viewerCertificate: {
      required: true,
      fields: {
        acmCertificateArn: true,
        cloudfrontDefaultCertificate: true,
        iamCertificateId: true,
        minimumProtocolVersion: true,
        sslSupportMethod: true,
      },
    },
    waitForDeployment: { carried: true, default: true },
    webAclId: {},
  },
  outputs: [
    "arn",
    "callerReference",
    "domainName",
    "etag",
    "hostedZoneId",
    "inProgressValidationBatches",
    "lastModifiedTime",
    "loggingV1Enabled",
    "status",
    "tagsAll",
    "trustedKeyGroups",
    "trustedSigners",
  ],
  volatile: ["etag", "inProgressValidationBatches", "lastModifiedTime", "status"],

  async create({ clients }, inputs) {
    const DistributionConfigWithTags = {
      DistributionConfig: toConfig(inputs, `pulumi-${randomUUID()}`),
      Tags: { Items: toTagList(inputs.tags) },
    };
    const made = await (await clients.cloudfront()).createDistributionWithTags({ DistributionConfigWithTags });
    return String(made.Distribution?.Id);
  },

  async settle(context, id, { waitForDeployment }) {
    if (waitForDeployment !== false) await untilDeployed(context, id);
  },

  async read({ clients }, id) {
    const cloudfront = await clients.cloudfront();
    const found = await unlessAbsent(cloudfront.getDistribution({ Id: id }), ABSENT);
    const config = found?.Distribution?.DistributionConfig;
    if (found?.Distribution === undefined || config === undefined) return undefined;
    const { ARN, DomainName, InProgressInvalidationBatches, LastModifiedTime, Status } = found.Distribution;
    const { Tags } = await cloudfront.listTagsForResource({ Resource: ARN });
    return {
      ...fromConfig(config),
      arn: ARN,
      domainName: DomainName,
      etag: found.ETag,
      hostedZoneId: HOSTED_ZONE,
      inProgressValidationBatches: InProgressInvalidationBatches ?? 0,
      lastModifiedTime: LastModifiedTime?.toISOString(),
      loggingV1Enabled: false,
      status: Status,
      tags: fromTagList(Tags?.Items),
      trustedKeyGroups: [{ enabled: false, items: [] }],
      trustedSigners: [{ enabled: false, items: [] }],
    };
  },

  async update(context, id, change) {
    const cloudfront = await context.clients.cloudfront();
    const { DistributionConfig: found, ETag: IfMatch } = await cloudfront.getDistributionConfig({ Id: id });
    const DistributionConfig = toConfig(change.inputs, found?.CallerReference ?? "");
    await cloudfront.updateDistribution({ Id: id, IfMatch, DistributionConfig });
    const Resource = change.state.arn;
    await applyTags(
      change,
      (tags) => cloudfront.tagResource({ Resource, Tags: { Items: toTagList(tags) } }),
      (Items) => cloudfront.untagResource({ Resource, TagKeys: { Items } }),
    );
    if (change.inputs.waitForDeployment !== false) await untilDeployed(context, id);
  },

  async delete(context, id, { retainOnDelete }) {
    const cloudfront = await context.clients.cloudfront();
    if ((await unlessAbsent(cloudfront.getDistribution({ Id: id }), ABSENT)) === undefined) return;
    await disable(cloudfront, id);
    if (retainOnDelete === true) return;
    await untilDeployed(context, id);
    const { ETag: IfMatch } = await cloudfront.getDistributionConfig({ Id: id });
    await unlessAbsent(cloudfront.deleteDistribution({ Id: id, IfMatch }), ABSENT);
  },
};
