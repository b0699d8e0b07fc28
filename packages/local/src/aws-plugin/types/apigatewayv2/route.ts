import type * as aws from "@pulumi/aws";
import { unlessAbsent } from "../../errors";
import type { Plain } from "../../plain";
import type { ResourceType } from "../../resource-type";
import { ABSENT, locate } from "./locate";

type Args = Plain<aws.apigatewayv2.RouteArgs>;

const request = (inputs: Args) => ({
  ApiKeyRequired: inputs.apiKeyRequired,
  AuthorizationType: inputs.authorizationType as "CUSTOM",
  OperationName: inputs.operationName,
  RouteKey: inputs.routeKey,
  Target: inputs.target,
});

/** Which requests of an API go where, and who may make them. Id: its id; an import names it `api/route`. */
export const route: ResourceType<aws.apigatewayv2.RouteArgs, aws.apigatewayv2.RouteState> = {
  token: "aws:apigatewayv2/route:Route",
  inputs: {
    apiId: { required: true, replaces: true },
    apiKeyRequired: { default: false },
    authorizationType: { default: "NONE" },
    authorizerId: {},
    operationName: {},
    routeKey: { required: true },
    target: {},
  },
  outputs: [],
  // An API has one route for a key.
  identity: ["apiId", "routeKey"],

  async create({ clients }, inputs) {
    const gateway = await clients.apigatewayv2();
    const { apiId, authorizerId } = inputs;
    const made = await gateway.createRoute({ ...request(inputs), ApiId: apiId, AuthorizerId: authorizerId });
    return String(made.RouteId);
  },

  async read({ clients }, id, known) {
    const { ApiId, part } = locate(id, known.apiId);
    const gateway = await clients.apigatewayv2();
    const found = await unlessAbsent(gateway.getRoute({ ApiId, RouteId: part }), ABSENT);
    if (found === undefined) return undefined;
    return {
      id: part,
      apiId: ApiId,
      apiKeyRequired: found.ApiKeyRequired ?? false,
      authorizationType: found.AuthorizationType ?? "NONE",
      authorizerId: found.AuthorizerId ?? "",
      operationName: found.OperationName ?? "",
      routeKey: found.RouteKey,
      target: found.Target,
    };
  },

  async update({ clients }, id, { inputs }) {
    const gateway = await clients.apigatewayv2();
    const { apiId, authorizerId = "" } = inputs;
    await gateway.updateRoute({ ...request(inputs), ApiId: apiId, RouteId: id, AuthorizerId: authorizerId });
  },

  async delete({ clients }, id, { apiId }) {
    await unlessAbsent((await clients.apigatewayv2()).deleteRoute({ ApiId: apiId, RouteId: id }), ABSENT);
  },
};
