import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { createAlarm } from "./alarms";
import type { LambdaFunction } from "./lambda-function";

/** What a public HTTP API consists of. */
export interface HttpApiArgs {
  readonly description: string;
  /** The functions behind it, by what they do. */
  readonly functions: Readonly<Record<string, LambdaFunction>>;
  /** Routes, e.g. `POST /{provider}`, and which of the functions answers. */
  readonly routes: readonly HttpApiRoute[];
  /** Asked before every route that has a `header`, each request anew. @default none: the functions tell friend from stranger */
  readonly authorize?: LambdaFunction | undefined;
  /** Requests per second, and at once, beyond which the answer is 429. */
  readonly requestsPerSecond: number;
  readonly requestBurst: number;
  /** What the alarms on answers say; that on refusals is about one path. */
  readonly alarms: { readonly serverErrors: string; readonly clientErrors: (path: string) => string };
  readonly alarmActions: pulumi.Input<pulumi.Input<string>[]> | undefined;
}

/** One route of an HTTP API. */
export interface HttpApiRoute {
  readonly routeKey: string;
  /** Key of {@link HttpApiArgs.functions}. */
  readonly answers: string;
  /** Header without which the Gateway itself answers 401; with it, `authorize` is asked. @default anybody may come */
  readonly header?: string | undefined;
}

/** API Gateway gives up then; every host of webhooks does a moment later. */
const TIMEOUT_MILLISECONDS = 9000;
const LOG_RETENTION_DAYS = 30;
/** It answers at the root of the API's address. */
const STAGE = "$default";
/** Refusals in five minutes: strangers try every public address now and then. */
const REFUSALS = 10;

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

/** Creates an HTTP API in front of functions: throttled, with an access log and alarms on what it answers. */
export function createHttpApi(name: string, args: HttpApiArgs, parent: pulumi.Resource): aws.apigatewayv2.Api {
  const api = new aws.apigatewayv2.Api(
    `${name}-api`,
    { protocolType: "HTTP", description: args.description },
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

function createRoutes(name: string, api: aws.apigatewayv2.Api, args: HttpApiArgs): aws.apigatewayv2.Route[] {
  const { authorize, functions, routes } = args;
  const asked = pulumi.interpolate`${api.executionArn}/authorizers/*`;
  const guard = authorize && letCall(`${name}-call-authorize`, api, authorize, asked);
  const integrations = Object.entries(functions).map(([role, callee]) => {
    const sources = routes.filter(({ answers }) => answers === role).map(({ routeKey }) => routeKey);
    return [role, createIntegration(name, api, { role, callee, sources, alone: isAlone(functions) })] as const;
  });
  const byRole = new Map(integrations);
  return routes.map((route) => {
    const { integration, permissions } = byRole.get(route.answers) ?? unknownFunction(route.answers);
    return new aws.apigatewayv2.Route(
      `${name}-${slugOf(route)}-route`,
      {
        apiId: api.id,
        routeKey: route.routeKey,
        ...authorizationOf(name, api, route, authorize),
        target: pulumi.interpolate`integrations/${integration.id}`,
      },
      { parent: api, dependsOn: [...permissions, ...(guard === undefined ? [] : [guard])] },
    );
  });
}

function authorizationOf(
  name: string,
  api: aws.apigatewayv2.Api,
  route: HttpApiRoute,
  authorize: LambdaFunction | undefined,
): Pick<aws.apigatewayv2.RouteArgs, "authorizationType" | "authorizerId"> {
  if (route.header === undefined) return { authorizationType: "NONE" };
  if (authorize === undefined) throw new TypeError(`nobody is asked about the header of ${route.routeKey}`);
  const { id } = createAuthorizer(name, api, { ...route, header: route.header }, authorize);
  return { authorizationType: "CUSTOM", authorizerId: id };
}

const isAlone = (functions: HttpApiArgs["functions"]): boolean => Object.keys(functions).length === 1;

const unknownFunction = (role: string): never => {
  throw new TypeError(`no function ${role} is behind the API`);
};

/** What a route is called among the resources: its path. */
const slugOf = ({ routeKey }: HttpApiRoute): string =>
  routeKey
    .slice(routeKey.indexOf("/"))
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");

function createAuthorizer(
  name: string,
  api: aws.apigatewayv2.Api,
  route: HttpApiRoute & { readonly header: string },
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

function createIntegration(
  name: string,
  api: aws.apigatewayv2.Api,
  { role, callee, sources, alone }: { role: string; callee: LambdaFunction; sources: string[]; alone: boolean },
) {
  const integration = new aws.apigatewayv2.Integration(
    alone ? `${name}-integration` : `${name}-integration-${role}`,
    {
      apiId: api.id,
      integrationType: "AWS_PROXY",
      integrationUri: invocationOf(callee),
      payloadFormatVersion: "2.0",
      timeoutMilliseconds: TIMEOUT_MILLISECONDS,
    },
    { parent: api },
  );
  // One statement for each method and path, a path's parameters standing for anything.
  const patterns = [...new Set(sources.map((key) => key.replace(" ", "").replace(/\{[^}]+\}/g, "*")))];
  const permissions = patterns.map((pattern, index) => {
    const [method = "", path = ""] = [pattern.slice(0, pattern.indexOf("/")), pattern.slice(pattern.indexOf("/"))];
    const source = pulumi.interpolate`${api.executionArn}/*/${method}${path}`;
    const suffix = patterns.length === 1 ? "" : `-${index + 1}`;
    return letCall(`${name}-call-${role}${suffix}`, api, callee, source);
  });
  return { integration, permissions };
}

/** The ARN names account, API and path: API Gateway sends no `aws:SourceAccount` to hold it to. */
const letCall = (
  name: string,
  api: aws.apigatewayv2.Api,
  callee: LambdaFunction,
  sourceArn: pulumi.Input<string>,
): aws.lambda.Permission =>
  new aws.lambda.Permission(
    name,
    {
      action: "lambda:InvokeFunction",
      function: callee.functionName,
      principal: "apigateway.amazonaws.com",
      sourceArn,
    },
    { parent: api },
  );

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

/** Alarms on what was answered; the Gateway's own refusals are counted nowhere else. */
function createAnswerAlarms(name: string, api: aws.apigatewayv2.Api, args: HttpApiArgs): void {
  const shared = {
    namespace: "AWS/ApiGateway",
    statistic: "Sum",
    comparisonOperator: "GreaterThanOrEqualToThreshold",
    period: 300,
    evaluationPeriods: 1,
    treatMissingData: "notBreaching",
    actions: args.alarmActions,
  } as const;
  const { serverErrors, clientErrors } = args.alarms;
  const all = { ApiId: api.id };
  createAlarm(
    `${name}-server-errors`,
    { ...shared, metricName: "5xx", dimensions: all, threshold: 1, description: serverErrors },
    api,
  );
  for (const route of args.routes) {
    const [Method = "", Resource = ""] = route.routeKey.split(" ");
    createAlarm(
      `${name}-${slugOf(route)}-client-errors`,
      {
        ...shared,
        metricName: "4xx",
        // Of the route only: whatever else strangers try, they get a 404.
        dimensions: { ...all, Stage: STAGE, Method, Resource },
        threshold: REFUSALS,
        description: clientErrors(Resource),
      },
      api,
    );
  }
}
