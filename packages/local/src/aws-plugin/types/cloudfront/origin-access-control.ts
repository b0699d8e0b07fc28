import type * as aws from "@pulumi/aws";
import type {
  OriginAccessControlConfig,
  OriginAccessControlOriginTypes,
  OriginAccessControlSigningBehaviors,
} from "@aws-sdk/client-cloudfront";
import { unlessAbsent } from "../../errors";
import type { Plain } from "../../plain";
import type { ResourceType } from "../../resource-type";
import { cloudfrontArn } from "./locate";

const ABSENT = "NoSuchOriginAccessControl";

const config = (inputs: Plain<aws.cloudfront.OriginAccessControlArgs>): OriginAccessControlConfig => ({
  Name: String(inputs.name),
  Description: inputs.description ?? "",
  OriginAccessControlOriginType: inputs.originAccessControlOriginType as OriginAccessControlOriginTypes,
  SigningBehavior: inputs.signingBehavior as OriginAccessControlSigningBehaviors,
  SigningProtocol: inputs.signingProtocol as "sigv4",
});

/** How CloudFront signs its requests to an origin. Id: its id. */
export const originAccessControl: ResourceType<
  aws.cloudfront.OriginAccessControlArgs,
  aws.cloudfront.OriginAccessControlState
> = {
  token: "aws:cloudfront/originAccessControl:OriginAccessControl",
  global: true,
  inputs: {
    description: { default: "Managed by Pulumi" },
    name: { replaces: true, computed: true },
    originAccessControlOriginType: { required: true },
    signingBehavior: { required: true },
    signingProtocol: { required: true },
  },
  outputs: ["arn", "etag"],
  volatile: ["etag"],
  autoName: { property: "name", maxLength: 64 },
  identity: ["name"],

  async create({ clients }, inputs) {
    const cloudfront = await clients.cloudfront();
    const made = await cloudfront.createOriginAccessControl({ OriginAccessControlConfig: config(inputs) });
    return String(made.OriginAccessControl?.Id);
  },

  async read(context, id) {
    const cloudfront = await context.clients.cloudfront();
    const found = await unlessAbsent(cloudfront.getOriginAccessControl({ Id: id }), ABSENT);
    const described = found?.OriginAccessControl?.OriginAccessControlConfig;
    if (found === undefined || described === undefined) return undefined;
    return {
      arn: await cloudfrontArn(context, `origin-access-control/${id}`),
      etag: found.ETag,
      description: described.Description ?? "",
      name: described.Name,
      originAccessControlOriginType: described.OriginAccessControlOriginType,
      signingBehavior: described.SigningBehavior,
      signingProtocol: described.SigningProtocol,
    };
  },

  async update({ clients }, id, { inputs }) {
    const cloudfront = await clients.cloudfront();
    const { ETag: IfMatch } = await cloudfront.getOriginAccessControl({ Id: id });
    await cloudfront.updateOriginAccessControl({ Id: id, IfMatch, OriginAccessControlConfig: config(inputs) });
  },

  async delete({ clients }, id) {
    const cloudfront = await clients.cloudfront();
    const found = await unlessAbsent(cloudfront.getOriginAccessControl({ Id: id }), ABSENT);
    if (found === undefined) return;
    await unlessAbsent(cloudfront.deleteOriginAccessControl({ Id: id, IfMatch: found.ETag }), ABSENT);
  },
};
