import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { createHttpApi, type LambdaFunction } from "@slipway/lambda";
import { ROUTE_KEY } from "./contract";

/** What an API for webhooks consists of. */
export interface WebhookApiArgs {
  readonly authorize: LambdaFunction;
  readonly accept: LambdaFunction;
  /** Requests per second, and at once, beyond which the answer is 429. */
  readonly requestsPerSecond: number;
  readonly requestBurst: number;
  readonly alarmActions: pulumi.Input<pulumi.Input<string>[]> | undefined;
}

/** Creates the HTTP API that hosts call: one route, with the authorizer in front of the function that accepts. */
export function createWebhookApi(
  name: string,
  { authorize, accept, ...args }: WebhookApiArgs,
  parent: pulumi.Resource,
): aws.apigatewayv2.Api {
  return createHttpApi(
    name,
    {
      ...args,
      description: `Webhooks of ${name}`,
      authorize,
      functions: { accept },
      routes: [{ routeKey: ROUTE_KEY, answers: "accept" }],
      alarms: {
        serverErrors: `${name}: hosts were answered 5xx; the reconciler makes up for it, the access log says why`,
        clientErrors: `${name}: webhooks were refused; was a secret changed on one side only, or is there a flood of them?`,
      },
    },
    parent,
  );
}
