import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { LambdaFunction } from "@slipway/lambda";
import { createAlarm } from "@slipway/lambda";
import { routeKeyOf, type WebhookRoute } from "./contract";

/** What an API for webhooks consists of. */
export interface WebhookApiArgs {
  /** Those that are served. */
  readonly routes: readonly WebhookRoute[];
  readonly authorize: LambdaFunction;
  readonly accept: LambdaFunction;
  /** Requests per second, and at once, beyond which the answer is 429. */
  readonly requestsPerSecond: number;
  readonly requestBurst: number;
  readonly alarmActions: pulumi.Input<pulumi.Input<string>[]> | undefined;
}

/** API Gateway gives up then; every host does a moment later. */
const TIMEOUT_MILLISECONDS = 9000;
const LOG_RETENTION_DAYS = 30;
/** It answers at the root of the API's address. */
const STAGE = "$default";
/** Refusals in five minutes: strangers try every public address now and then. */
const REFUSED_WEBHOOKS = 10;

/** One line per request. Never a header, a query or a body: those hold signatures and tokens. */
const LOG_FORMAT = JSON.stringify({
  requestId: "$context.requestId",
  requestTime: "$context.requestTime",
  sourceIp: "$context.identity.sourceIp",
  path: "$context.path",
  routeKey: "$context.routeKey",
  status: "$context.status",
  responseLatency: "$context.responseLatency",
  authorizerStatus: "$context.authorizer.status",
  authorizerError: "$context.authorizer.error",
  integrationError: "$context.integrationErrorMessage",
});

/** Creates the HTTP API that hosts call: routes, each with an authorizer in front of the function that accepts. */
export function createWebhookApi(name: string, args: WebhookApiArgs, parent: pulumi.Resource): aws.apigatewayv2.Api {
  const api = new aws.apigatewayv2.Api(
    `${name}-api`,
    { protocolType: "HTTP", description: `Webhooks of ${name}` },
    { parent },
  );
  const routes = createRoutes(name, api, args);
  new aws.apigatewayv2.Stage(
    `${name}-stage`,
    {
      apiId: api.id,
      name: STAGE,
      autoDeploy: true,
      accessLogSettings: { destinationArn: createAccessLog(name, api).arn, format: LOG_FORMAT },
      defaultRouteSettings: {
        detailedMetricsEnabled: true,
        throttlingBurstLimit: args.requestBurst,
        throttlingRateLimit: args.requestsPerSecond,
      },
    },
    // Nothing answers before it is guarded.
    { parent: api, dependsOn: routes },
  );
  createAnswerAlarms(name, api, args);
  return api;
}

function createRoutes(
  name: string,
  api: aws.apigatewayv2.Api,
  { routes, authorize, accept }: WebhookApiArgs,
): aws.apigatewayv2.Route[] {
  const inApi = { parent: api };
  const integration = new aws.apigatewayv2.Integration(
    `${name}-integration`,
    {
      apiId: api.id,
      integrationType: "AWS_PROXY",
      integrationUri: invocationOf(accept),
      payloadFormatVersion: "2.0",
      timeoutMilliseconds: TIMEOUT_MILLISECONDS,
    },
    inApi,
  );
  const callers = [
    letCall(`${name}-call-authorize`, authorize, pulumi.interpolate`${api.executionArn}/authorizers/*`, api),
    letCall(`${name}-call-accept`, accept, pulumi.interpolate`${api.executionArn}/*/POST/*`, api),
  ];
  return routes.map(
    (route) =>
      new aws.apigatewayv2.Route(
        `${name}-${slugOf(route)}-route`,
        {
          apiId: api.id,
          routeKey: routeKeyOf(route),
          authorizationType: "CUSTOM",
          authorizerId: createAuthorizer(name, api, route, authorize).id,
          target: pulumi.interpolate`integrations/${integration.id}`,
        },
        { ...inApi, dependsOn: callers },
      ),
  );
}

function createAuthorizer(
  name: string,
  api: aws.apigatewayv2.Api,
  route: WebhookRoute,
  authorize: LambdaFunction,
): aws.apigatewayv2.Authorizer {
  return new aws.apigatewayv2.Authorizer(
    `${name}-${slugOf(route)}-authorizer`,
    {
      apiId: api.id,
      authorizerType: "REQUEST",
      authorizerUri: invocationOf(authorize),
      authorizerPayloadFormatVersion: "2.0",
      enableSimpleResponses: true,
      // Where it is missing or empty the Gateway answers 401 by itself.
      identitySources: [`$request.header.${route.header}`],
      // A decision is about one request: the next one with the same header may be somebody else's.
      authorizerResultTtlInSeconds: 0,
    },
    { parent: api },
  );
}

/** The ARN names account, API and path: API Gateway sends no `aws:SourceAccount` to hold it to. */
function letCall(
  permission: string,
  callee: LambdaFunction,
  sourceArn: pulumi.Input<string>,
  parent: pulumi.Resource,
): aws.lambda.Permission {
  return new aws.lambda.Permission(
    permission,
    {
      action: "lambda:InvokeFunction",
      function: callee.functionName,
      principal: "apigateway.amazonaws.com",
      sourceArn,
    },
    { parent },
  );
}

/** A route in the names of resources. */
const slugOf = ({ path }: WebhookRoute): string => path.replaceAll("/", "-");

/** The address by which API Gateway invokes a function. */
const invocationOf = ({ functionArn }: LambdaFunction): pulumi.Output<string> =>
  functionArn.apply((arn) => {
    const [, partition, , region] = arn.split(":");
    return `arn:${partition}:apigateway:${region}:lambda:path/2015-03-31/functions/${arn}/invocations`;
  });

function createAccessLog(name: string, parent: pulumi.Resource): aws.cloudwatch.LogGroup {
  return new aws.cloudwatch.LogGroup(
    `${name}-access-log`,
    // The prefix keeps the account's resource policy for log delivery from growing with each API.
    { namePrefix: `/aws/vendedlogs/${name}-access-log-`, retentionInDays: LOG_RETENTION_DAYS },
    { parent },
  );
}

interface AnswerSignal {
  readonly metricName: string;
  readonly dimensions: Record<string, pulumi.Input<string>>;
  /** Answers in five minutes. */
  readonly threshold: number;
  readonly description: string;
}

/** Alarms on what hosts were answered; the Gateway's own refusals are counted nowhere else. */
function createAnswerAlarms(name: string, api: aws.apigatewayv2.Api, { routes, alarmActions }: WebhookApiArgs): void {
  const create = (role: string, signal: AnswerSignal) =>
    createAlarm(
      `${name}-${role}`,
      {
        ...signal,
        namespace: "AWS/ApiGateway",
        statistic: "Sum",
        comparisonOperator: "GreaterThanOrEqualToThreshold",
        period: 300,
        evaluationPeriods: 1,
        treatMissingData: "notBreaching",
        actions: alarmActions,
      },
      api,
    );
  create("server-errors", {
    metricName: "5xx",
    dimensions: { ApiId: api.id },
    threshold: 1,
    description: `${name}: hosts were answered 5xx; the reconciler makes up for it, the access log says why`,
  });
  for (const route of routes) {
    const [Method = "", Resource = ""] = routeKeyOf(route).split(" ");
    create(`${slugOf(route)}-client-errors`, {
      metricName: "4xx",
      // Of this route only: whatever else strangers try, they get a 404.
      dimensions: { ApiId: api.id, Stage: STAGE, Method, Resource },
      threshold: REFUSED_WEBHOOKS,
      description: `${name}: webhooks to /${route.path} were refused; was a secret changed on one side only, or is there a flood?`,
    });
  }
}
