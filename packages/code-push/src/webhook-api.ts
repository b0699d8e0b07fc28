import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { createHttpApi, type LambdaFunction } from "@slipway/lambda";
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

/** Creates the HTTP API that hosts call: routes, each with an authorizer in front of the function that accepts. */
export const createWebhookApi = (
  name: string,
  { routes, accept, ...args }: WebhookApiArgs,
  parent: pulumi.Resource,
): aws.apigatewayv2.Api =>
  createHttpApi(
    name,
    {
      ...args,
      description: `Webhooks of ${name}`,
      functions: { accept },
      routes: routes.map((route) => ({ routeKey: routeKeyOf(route), answers: "accept", header: route.header })),
      alarms: {
        serverErrors: `${name}: hosts were answered 5xx; the reconciler makes up for it, the access log says why`,
        clientErrors: (path) =>
          `${name}: webhooks to ${path} were refused; was a secret changed on one side only, or is there a flood?`,
      },
    },
    parent,
  );
