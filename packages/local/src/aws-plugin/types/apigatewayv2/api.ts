import type * as aws from "@pulumi/aws";
import { unlessAbsent } from "../../errors";
import type { Plain } from "../../plain";
import type { ResourceType } from "../../resource-type";
import { applyTags, fromTagMap } from "../tags";
import { ABSENT, apiArn, executionArn } from "./locate";

type Args = Plain<aws.apigatewayv2.ApiArgs>;

const SETTINGS = [
  "apiKeySelectionExpression",
  "description",
  "disableExecuteApiEndpoint",
  "ipAddressType",
  "name",
  "routeSelectionExpression",
  "version",
] as const;

const settings = (inputs: Args) => ({
  ApiKeySelectionExpression: inputs.apiKeySelectionExpression,
  Description: inputs.description ?? "",
  DisableExecuteApiEndpoint: inputs.disableExecuteApiEndpoint ?? false,
  IpAddressType: inputs.ipAddressType as "ipv4" | undefined,
  Name: inputs.name,
  RouteSelectionExpression: inputs.routeSelectionExpression,
  Version: inputs.version ?? "",
});

/** HTTP or WebSocket API. Id: its id. Neither quick-created nor imported from an OpenAPI document. */
export const api: ResourceType<aws.apigatewayv2.ApiArgs, aws.apigatewayv2.ApiState> = {
  token: "aws:apigatewayv2/api:Api",
  inputs: {
    apiKeySelectionExpression: { default: "$request.header.x-api-key" },
    description: {},
    disableExecuteApiEndpoint: {},
    ipAddressType: { computed: true },
    name: { computed: true },
    protocolType: { required: true, replaces: true },
    routeSelectionExpression: { default: "$request.method $request.path" },
    tags: { kind: "map" },
    version: {},
  },
  outputs: ["apiEndpoint", "arn", "executionArn", "tagsAll"],
  autoName: { property: "name", maxLength: 128 },

  async create({ clients }, inputs) {
    const { protocolType, tags } = inputs;
    const gateway = await clients.apigatewayv2();
    const made = await gateway.createApi({ ...settings(inputs), ProtocolType: protocolType as "HTTP", Tags: tags });
    return String(made.ApiId);
  },

  async read(context, id) {
    const gateway = await context.clients.apigatewayv2();
    const found = await unlessAbsent(gateway.getApi({ ApiId: id }), ABSENT);
    if (found === undefined) return undefined;
    const arn = apiArn(context, id);
    const { Tags } = await gateway.getTags({ ResourceArn: arn });
    return {
      apiEndpoint: found.ApiEndpoint,
      apiKeySelectionExpression: found.ApiKeySelectionExpression,
      arn,
      description: found.Description ?? "",
      disableExecuteApiEndpoint: found.DisableExecuteApiEndpoint ?? false,
      executionArn: await executionArn(context, id),
      ipAddressType: found.IpAddressType ?? "ipv4",
      name: found.Name,
      protocolType: found.ProtocolType,
      routeSelectionExpression: found.RouteSelectionExpression,
      tags: fromTagMap(Tags),
      version: found.Version ?? "",
    };
  },

  async update({ clients }, id, change) {
    const gateway = await clients.apigatewayv2();
    if (change.changed(...SETTINGS)) await gateway.updateApi({ ApiId: id, ...settings(change.inputs) });
    const ResourceArn = change.state.arn;
    await applyTags(
      change,
      (Tags) => gateway.tagResource({ ResourceArn, Tags }),
      (TagKeys) => gateway.untagResource({ ResourceArn, TagKeys }),
    );
  },

  async delete({ clients }, id) {
    await unlessAbsent((await clients.apigatewayv2()).deleteApi({ ApiId: id }), ABSENT);
  },
};
