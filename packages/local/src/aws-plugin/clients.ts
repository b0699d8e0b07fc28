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

/** One line per service, keyed by the official provider's endpoint name. Imported on first use: the plugin must start fast. */
const LOADERS = {
  acm: async (options: ClientOptions) => new (await import("@aws-sdk/client-acm")).ACM(options),
  apigatewayv2: async (options: ClientOptions) =>
    new (await import("@aws-sdk/client-apigatewayv2")).ApiGatewayV2(options),
  cloudfront: async (options: ClientOptions) => new (await import("@aws-sdk/client-cloudfront")).CloudFront(options),
  cloudwatch: async (options: ClientOptions) => new (await import("@aws-sdk/client-cloudwatch")).CloudWatch(options),
  codebuild: async (options: ClientOptions) => new (await import("@aws-sdk/client-codebuild")).CodeBuild(options),
  dynamodb: async (options: ClientOptions) => new (await import("@aws-sdk/client-dynamodb")).DynamoDB(options),
  ec2: async (options: ClientOptions) => new (await import("@aws-sdk/client-ec2")).EC2(options),
  ecr: async (options: ClientOptions) => new (await import("@aws-sdk/client-ecr")).ECR(options),
  ecs: async (options: ClientOptions) => new (await import("@aws-sdk/client-ecs")).ECS(options),
  events: async (options: ClientOptions) => new (await import("@aws-sdk/client-eventbridge")).EventBridge(options),
  iam: async (options: ClientOptions) => new (await import("@aws-sdk/client-iam")).IAM(options),
  kms: async (options: ClientOptions) => new (await import("@aws-sdk/client-kms")).KMS(options),
  lambda: async (options: ClientOptions) => new (await import("@aws-sdk/client-lambda")).Lambda(options),
  logs: async (options: ClientOptions) => new (await import("@aws-sdk/client-cloudwatch-logs")).CloudWatchLogs(options),
  route53: async (options: ClientOptions) => new (await import("@aws-sdk/client-route-53")).Route53(options),
  // Bucket names as host names resolve nowhere on loopback.
  s3: async (options: ClientOptions) =>
    new (await import("@aws-sdk/client-s3")).S3({ ...options, forcePathStyle: true }),
  scheduler: async (options: ClientOptions) => new (await import("@aws-sdk/client-scheduler")).Scheduler(options),
  secretsmanager: async (options: ClientOptions) =>
    new (await import("@aws-sdk/client-secrets-manager")).SecretsManager(options),
  sns: async (options: ClientOptions) => new (await import("@aws-sdk/client-sns")).SNS(options),
  // The queue's URL must not choose the host: it could name real AWS.
  sqs: async (options: ClientOptions) =>
    new (await import("@aws-sdk/client-sqs")).SQS({ ...options, useQueueUrlAsEndpoint: false }),
  ssm: async (options: ClientOptions) => new (await import("@aws-sdk/client-ssm")).SSM(options),
  sts: async (options: ClientOptions) => new (await import("@aws-sdk/client-sts")).STS(options),
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
