import * as aws from "@pulumi/aws";
import { ecs } from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";
import { InvalidInputError } from "@slipway/core";
import { arnParts, createPrivateBucket } from "@slipway/lambda";
import { AGENT_SECRETS } from "./agent-contract";
import { executionPolicy, receiverPolicy, sourceBucketPolicy, trustTasks } from "./policies";
import { RECEIVER_ENVIRONMENT, RECEIVER_PORT } from "./receiver-contract";

/** Arguments of {@link StubReceiver}. */
export interface StubReceiverArgs {
  /** ARN of the ECS cluster that it runs in. */
  clusterArn: pulumi.Input<string>;
  /** Ids of the subnets that its task is in. */
  subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  /** Ids of their security groups; the agents' must be let in on the port. */
  securityGroupIds: pulumi.Input<pulumi.Input<string>[]>;
  /** Whether the task gets a public address, for subnets without a NAT gateway. @default false */
  assignPublicIp?: boolean;
  /** URI of its image. */
  image: pulumi.Input<string>;
  /** ARN of a secret or an SSM parameter with the receiver's certificate and its chain (PEM). */
  certificateSecret: pulumi.Input<string>;
  /** ARN likewise, with the private key (PEM). */
  privateKeySecret: pulumi.Input<string>;
  /** ARN likewise, with the authorities that sign agents' certificates (PEM). */
  trustSecret: pulumi.Input<string>;
  /** ARNs of the KMS keys that these secrets are encrypted with. @default keys that AWS manages */
  secretKeyArns?: pulumi.Input<pulumi.Input<string>[]>;
  /** Names of clients that may send, as in their certificates. @default all whose certificate is trusted */
  clients?: string[];
  /** Port that it listens on, 1 to 65535. @default 8091 */
  port?: number;
  /** Address that it listens on. @default all of the task's */
  host?: string;
  /** ARN of a target group that passes TCP on, for agents that go by a name. @default none */
  targetGroupArn?: pulumi.Input<string>;
  /** Physical name of the bucket that keeps what is received. @default chosen by Pulumi */
  bucketName?: string;
  /** Whether `up` does not wait until the task runs. @default false */
  continueBeforeSteadyState?: boolean;
  /** Days. @default 30 */
  logRetentionDays?: number;
  /** Whether the bucket refuses deletion. @default true; false only for development */
  protect?: boolean;
}

const CONTAINER = "receiver";
const DEFAULT_LOG_DAYS = 30;
const LAST_PORT = 65_535;

/**
 * Takes what an SFT agent sends, where there is no real recipient: `https://<its address>:8091/DA`, mutual TLS, each file
 * kept in a bucket only if it is what its digest says.
 *
 * Creates: a bucket, an ECS service of one task on Fargate, roles, a log group.
 *
 * @example
 * new StubReceiver("receiver", {
 *   clusterArn: cluster.arn, subnetIds: [subnet.id], securityGroupIds: [group.id], image: image.uri,
 *   certificateSecret: certificate.arn, privateKeySecret: key.arn, trustSecret: authority.arn,
 * });
 *
 * @throws InvalidInputError for a port that is none.
 */
export class StubReceiver extends pulumi.ComponentResource {
  /** Name of the bucket that keeps what is received, by path, e.g. `DA/warehouse/a.csv`. */
  readonly bucketName: pulumi.Output<string>;
  /** Name of the ECS service. */
  readonly serviceName: pulumi.Output<string>;

  constructor(name: string, args: StubReceiverArgs, opts?: pulumi.ComponentResourceOptions) {
    super("data-egress:index:StubReceiver", name, args, opts);
    const { bucketName, port = RECEIVER_PORT } = args;
    if (!Number.isInteger(port) || port < 1 || port > LAST_PORT) {
      throw new InvalidInputError("port", `${port} is not between 1 and ${LAST_PORT}`);
    }
    const guarded = args.protect ?? true;
    const bucket = createPrivateBucket(name, { bucketName, guarded, policy: sourceBucketPolicy }, this);
    const logs = new aws.cloudwatch.LogGroup(
      `${name}-log`,
      { retentionInDays: args.logRetentionDays ?? DEFAULT_LOG_DAYS },
      { parent: this },
    );
    const roles = createRoles(name, args, { bucket, logs }, this);
    const fargate = new ecs.FargateService(
      name,
      {
        cluster: args.clusterArn,
        desiredCount: 1,
        networkConfiguration: {
          subnets: args.subnetIds,
          securityGroups: args.securityGroupIds,
          assignPublicIp: args.assignPublicIp ?? false,
        },
        ...(args.targetGroupArn !== undefined && {
          loadBalancers: [{ targetGroupArn: args.targetGroupArn, containerName: CONTAINER, containerPort: port }],
        }),
        deploymentCircuitBreaker: { enable: true, rollback: true },
        continueBeforeSteadyState: args.continueBeforeSteadyState ?? false,
        taskDefinitionArgs: {
          taskRole: { roleArn: roles.task.arn },
          executionRole: { roleArn: roles.execution.arn },
          logGroup: { skip: true },
          container: containerOf(args, { bucket, logs, port }),
        },
      },
      { parent: this, dependsOn: roles.grants },
    );
    this.bucketName = bucket.bucket;
    this.serviceName = fargate.service.apply((service) => service.name);
    this.registerOutputs({ bucketName: this.bucketName, serviceName: this.serviceName });
  }
}

interface Parts {
  readonly bucket: aws.s3.Bucket;
  readonly logs: aws.cloudwatch.LogGroup;
}

function containerOf(args: StubReceiverArgs, { bucket, logs, port }: Parts & { readonly port: number }) {
  const { image, certificateSecret, privateKeySecret, trustSecret, clients, host } = args;
  const environment = {
    [RECEIVER_ENVIRONMENT.bucket]: bucket.bucket,
    [RECEIVER_ENVIRONMENT.bucketOwner]: logs.arn.apply((arn) => arnParts(arn).account),
    [RECEIVER_ENVIRONMENT.port]: String(port),
    ...(host !== undefined && { [RECEIVER_ENVIRONMENT.host]: host }),
    ...(clients !== undefined && { [RECEIVER_ENVIRONMENT.clients]: clients.join(",") }),
  };
  const secrets = {
    [AGENT_SECRETS.certificate]: certificateSecret,
    [AGENT_SECRETS.privateKey]: privateKeySecret,
    [AGENT_SECRETS.trust]: trustSecret,
  };
  return {
    name: CONTAINER,
    image,
    essential: true,
    portMappings: [{ containerPort: port }],
    environment: Object.entries(environment).map(([variable, value]) => ({ name: variable, value })),
    secrets: Object.entries(secrets).map(([variable, valueFrom]) => ({ name: variable, valueFrom })),
    logConfiguration: {
      logDriver: "awslogs",
      options: {
        "awslogs-group": logs.name,
        "awslogs-region": logs.arn.apply((arn) => arnParts(arn).region),
        "awslogs-stream-prefix": CONTAINER,
      },
    },
  };
}

function createRoles(name: string, args: StubReceiverArgs, { bucket, logs }: Parts, parent: pulumi.Resource) {
  const assumeRolePolicy = logs.arn.apply((arn) => JSON.stringify(trustTasks(arnParts(arn).account)));
  const task = new aws.iam.Role(`${name}-task`, { assumeRolePolicy }, { parent });
  const execution = new aws.iam.Role(`${name}-execution`, { assumeRolePolicy }, { parent });
  const secretArns = pulumi.all([args.certificateSecret, args.privateKeySecret, args.trustSecret]);
  const document = pulumi
    .all([logs.arn, secretArns, args.secretKeyArns ?? [], args.image])
    .apply(([logArn, secrets, secretKeyArns, image]) => {
      const { partition } = arnParts(logArn);
      return JSON.stringify(
        executionPolicy({ partition, logGroupArns: [logArn], secretArns: secrets, secretKeyArns, images: [image] }),
      );
    });
  const policy = bucket.arn.apply((arn) => JSON.stringify(receiverPolicy(arn)));
  const grants = [
    new aws.iam.RolePolicy(`${name}-task-policy`, { role: task.name, policy }, { parent }),
    new aws.iam.RolePolicy(`${name}-execution-policy`, { role: execution.name, policy: document }, { parent }),
  ];
  return { task, execution, grants };
}
