import type * as acm from "@aws-sdk/client-acm";
import type * as apigatewayv2 from "@aws-sdk/client-apigatewayv2";
import type * as cloudfront from "@aws-sdk/client-cloudfront";
import type * as cloudwatch from "@aws-sdk/client-cloudwatch";
import type * as logs from "@aws-sdk/client-cloudwatch-logs";
import type * as codebuild from "@aws-sdk/client-codebuild";
import type * as dynamodb from "@aws-sdk/client-dynamodb";
import type * as ec2 from "@aws-sdk/client-ec2";
import type * as ecr from "@aws-sdk/client-ecr";
import type * as ecs from "@aws-sdk/client-ecs";
import type * as events from "@aws-sdk/client-eventbridge";
import type * as iam from "@aws-sdk/client-iam";
import type * as kms from "@aws-sdk/client-kms";
import type * as lambda from "@aws-sdk/client-lambda";
import type * as route53 from "@aws-sdk/client-route-53";
import type * as s3 from "@aws-sdk/client-s3";
import type * as scheduler from "@aws-sdk/client-scheduler";
import type * as secretsmanager from "@aws-sdk/client-secrets-manager";
import type * as sns from "@aws-sdk/client-sns";
import type * as sqs from "@aws-sdk/client-sqs";
import type * as ssm from "@aws-sdk/client-ssm";
import type * as sts from "@aws-sdk/client-sts";
import { createRequire } from "node:module";
import { requireLoopback } from "./loopback";
import type { Settings } from "./settings";

/** What every SDK client is made with. */
export interface ClientOptions {
  readonly region: string;
  readonly endpoint: string;
  readonly credentials: Credentials | (() => Promise<Credentials>);
  readonly maxAttempts: number;
}

/** Credentials of a session. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** When the session ends; absent for lasting keys. */
  readonly expiration?: Date;
}

/**
 * Loads a client on first use, since the plugin must start fast. `import()` would read each of these large CommonJS files
 * once more, to find the names of its exports, and take twice as long.
 */
const load = createRequire(__filename);

/** One line per service, keyed by the official provider's endpoint name. */
const LOADERS = {
  acm: async (options: ClientOptions) => new (load("@aws-sdk/client-acm") as typeof acm).ACM(options),
  apigatewayv2: async (options: ClientOptions) =>
    new (load("@aws-sdk/client-apigatewayv2") as typeof apigatewayv2).ApiGatewayV2(options),
  cloudfront: async (options: ClientOptions) =>
    new (load("@aws-sdk/client-cloudfront") as typeof cloudfront).CloudFront(options),
  cloudwatch: async (options: ClientOptions) =>
    new (load("@aws-sdk/client-cloudwatch") as typeof cloudwatch).CloudWatch(options),
  codebuild: async (options: ClientOptions) =>
    new (load("@aws-sdk/client-codebuild") as typeof codebuild).CodeBuild(options),
  dynamodb: async (options: ClientOptions) =>
    new (load("@aws-sdk/client-dynamodb") as typeof dynamodb).DynamoDB(options),
  ec2: async (options: ClientOptions) => new (load("@aws-sdk/client-ec2") as typeof ec2).EC2(options),
  ecr: async (options: ClientOptions) => new (load("@aws-sdk/client-ecr") as typeof ecr).ECR(options),
  ecs: async (options: ClientOptions) => new (load("@aws-sdk/client-ecs") as typeof ecs).ECS(options),
  events: async (options: ClientOptions) =>
    new (load("@aws-sdk/client-eventbridge") as typeof events).EventBridge(options),
  iam: async (options: ClientOptions) => new (load("@aws-sdk/client-iam") as typeof iam).IAM(options),
  kms: async (options: ClientOptions) => new (load("@aws-sdk/client-kms") as typeof kms).KMS(options),
  lambda: async (options: ClientOptions) => new (load("@aws-sdk/client-lambda") as typeof lambda).Lambda(options),
  logs: async (options: ClientOptions) =>
    new (load("@aws-sdk/client-cloudwatch-logs") as typeof logs).CloudWatchLogs(options),
  route53: async (options: ClientOptions) => new (load("@aws-sdk/client-route-53") as typeof route53).Route53(options),
  // Bucket names as host names resolve nowhere on loopback.
  s3: async (options: ClientOptions) =>
    new (load("@aws-sdk/client-s3") as typeof s3).S3({ ...options, forcePathStyle: true }),
  scheduler: async (options: ClientOptions) =>
    new (load("@aws-sdk/client-scheduler") as typeof scheduler).Scheduler(options),
  secretsmanager: async (options: ClientOptions) =>
    new (load("@aws-sdk/client-secrets-manager") as typeof secretsmanager).SecretsManager(options),
  sns: async (options: ClientOptions) => new (load("@aws-sdk/client-sns") as typeof sns).SNS(options),
  // The queue's URL must not choose the host: it could name real AWS.
  sqs: async (options: ClientOptions) =>
    new (load("@aws-sdk/client-sqs") as typeof sqs).SQS({ ...options, useQueueUrlAsEndpoint: false }),
  ssm: async (options: ClientOptions) => new (load("@aws-sdk/client-ssm") as typeof ssm).SSM(options),
  sts: async (options: ClientOptions) => new (load("@aws-sdk/client-sts") as typeof sts).STS(options),
};

/** Name of a service that the stand-in talks to. */
export type ServiceName = keyof typeof LOADERS;
/** SDK clients by service, made on first use. */
export type Clients = { readonly [K in ServiceName]: () => ReturnType<(typeof LOADERS)[K]> };

/** Endpoint of a service: the provider's `endpoints` option, else the ambient one. Always on this machine. */
export function endpointOf(settings: Settings, service: ServiceName): string {
  return requireLoopback(settings.endpoints[service] ?? settings.endpoint);
}

/** Clients of one region that share their credentials. */
export function createClients(
  settings: Settings,
  region: string,
  credentials: ClientOptions["credentials"],
  maxAttempts = 3,
): Clients {
  const made = new Map<string, unknown>();
  const memoised = <K extends ServiceName>(service: K): Clients[K] => {
    const load = LOADERS[service] as (options: ClientOptions) => ReturnType<(typeof LOADERS)[K]>;
    const get = (): ReturnType<(typeof LOADERS)[K]> => {
      const client = load({ region, endpoint: endpointOf(settings, service), credentials, maxAttempts });
      made.set(service, client);
      return client;
    };
    return (() => made.get(service) ?? get()) as Clients[K];
  };
  const entries = (Object.keys(LOADERS) as ServiceName[]).map((service) => [service, memoised(service)]);
  return Object.fromEntries(entries) as Clients;
}
