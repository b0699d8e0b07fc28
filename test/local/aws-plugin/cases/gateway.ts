import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ConformanceCase } from "../conformance-case";
import type { World } from "../world";

const inApi = ({ apiId, id }: Readonly<Record<string, unknown>>): string => `${String(apiId)}/${String(id)}`;

const invocation = (functionArn: World["functionArn"]): pulumi.Output<string> =>
  pulumi.interpolate`arn:aws:apigateway:eu-west-2:lambda:path/2015-03-31/functions/${functionArn}/invocations`;

const api: ConformanceCase<aws.apigatewayv2.ApiArgs> = {
  token: "aws:apigatewayv2/api:Api",
  args: () => ({ protocolType: "HTTP", description: "first", tags: { kind: "conformance" } }),
  updateWith: () => ({ description: "second", disableExecuteApiEndpoint: true, tags: { kind: "changed" } }),
  replaceWith: () => ({ protocolType: "WEBSOCKET", routeSelectionExpression: "$request.body.action" }),
};

const authorizer: ConformanceCase<aws.apigatewayv2.AuthorizerArgs> = {
  token: "aws:apigatewayv2/authorizer:Authorizer",
  args: ({ apiId, functionArn }) => ({
    apiId,
    authorizerType: "REQUEST",
    authorizerUri: invocation(functionArn),
    authorizerPayloadFormatVersion: "2.0",
    authorizerResultTtlInSeconds: 0,
    enableSimpleResponses: true,
    identitySources: ["$request.header.X-First", "$request.header.X-Second"],
  }),
  updateWith: () => ({ authorizerResultTtlInSeconds: 60, identitySources: ["$request.header.X-First"] }),
  replaceWith: ({ otherApiId }) => ({ apiId: otherApiId }),
  importId: inApi,
};

const integration: ConformanceCase<aws.apigatewayv2.IntegrationArgs> = {
  token: "aws:apigatewayv2/integration:Integration",
  args: ({ apiId, functionArn }) => ({
    apiId,
    integrationType: "AWS_PROXY",
    integrationUri: invocation(functionArn),
    payloadFormatVersion: "2.0",
    description: "first",
  }),
  updateWith: () => ({ description: "second", timeoutMilliseconds: 9000 }),
  replaceWith: ({ otherApiId }) => ({ apiId: otherApiId }),
  importId: inApi,
};

const route: ConformanceCase<aws.apigatewayv2.RouteArgs> = {
  token: "aws:apigatewayv2/route:Route",
  args: ({ apiId }) => ({ apiId, routeKey: "POST /first", target: "integrations/none", operationName: "first" }),
  updateWith: () => ({
    routeKey: "POST /second",
    operationName: "second",
    authorizationType: "CUSTOM",
    authorizerId: "none",
  }),
  replaceWith: ({ otherApiId }) => ({ apiId: otherApiId }),
  importId: inApi,
};

const stage: ConformanceCase<aws.apigatewayv2.StageArgs> = {
  token: "aws:apigatewayv2/stage:Stage",
  args: ({ apiId, logGroupArn }) => ({
    apiId,
    name: "$default",
    autoDeploy: true,
    accessLogSettings: { destinationArn: logGroupArn, format: '{"id":"$context.requestId"}' },
    defaultRouteSettings: { throttlingBurstLimit: 20, throttlingRateLimit: 10 },
    tags: { kind: "conformance" },
  }),
  updateWith: ({ logGroupArn }) => ({
    accessLogSettings: { destinationArn: logGroupArn, format: '{"status":"$context.status"}' },
    defaultRouteSettings: { detailedMetricsEnabled: true, throttlingBurstLimit: 40, throttlingRateLimit: 20 },
    description: "second",
    tags: { kind: "changed" },
  }),
  replaceWith: () => ({ name: "replaced" }),
  importId: inApi,
};

/** Cases of HTTP APIs. */
export const gatewayCases: readonly ConformanceCase[] = [api, authorizer, integration, route, stage];
