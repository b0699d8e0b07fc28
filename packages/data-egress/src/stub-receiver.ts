import * as aws from "@pulumi/aws";
import { ecs } from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";
import { InvalidInputError } from "@slipway/core";
import { arnParts, createPrivateBucket, refuseMistypedTexts, refuseUnknownArguments } from "@slipway/lambda";
import { AGENT_SECRETS } from "./agent-contract";
import { checkArns } from "./arn-args";
import { logTo, secretsOf, variablesOf } from "./container-parts";
import { receiverPolicy, sourceBucketPolicy } from "./policies";
import { RECEIVER_ENVIRONMENT, RECEIVER_PATH, RECEIVER_PORT } from "./receiver-contract";
import { createTaskRoles, grantTaskRoles, type TaskRoles } from "./task-roles";

/** Arguments of {@link StubReceiver}. Secrets are ARNs of Secrets Manager or of SSM parameters, never their values. */
export interface StubReceiverArgs {
  /** ARN of the ECS cluster that it runs in. */
  clusterArn: pulumi.Input<string>;
  /** Ids of the subnets of its task. */
  subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  /** Ids of its security groups: they must let the agent in at the port. */
  securityGroupIds: pulumi.Input<pulumi.Input<string>[]>;
  /** URI of the receiver's image. */
  image: pulumi.Input<string>;
  /** The server's certificate and its chain (PEM). Either this and its key, or a keystore. @default none */
  certificateSecret?: pulumi.Input<string>;
  /** The certificate's private key (PEM). @default none */
  privateKeySecret?: pulumi.Input<string>;
  /** PKCS#12 file with both, in base64. @default none */
  keystoreSecret?: pulumi.Input<string>;
  /** Password of the keystore, and of the private key. @default none */
  keystorePasswordSecret?: pulumi.Input<string>;
  /** Authorities that may sign clients' certificates (PEM). Either this or a truststore. @default none */
  trustSecret?: pulumi.Input<string>;
  /** PKCS#12 file with them, in base64. @default none */
  truststoreSecret?: pulumi.Input<string>;
  /** Password of the truststore. @default the keystore's */
  truststorePasswordSecret?: pulumi.Input<string>;
  /** ARNs of the KMS keys that those secrets are encrypted with. @default the keys that AWS manages */
  secretKeyArns?: pulumi.Input<pulumi.Input<string>[]>;
  /** Names of clients that may send, as their certificates have them. @default all that are trusted */
  clients?: string[];
  /** Paths that take files, and what is below them. @default `/DA` */
  paths?: string[];
  /** @default 8091 */
  port?: number;
  /** Address to listen on. @default all of the task's */
  listenAddress?: string;
  /** Physical name of the bucket that keeps what is received. @default chosen by Pulumi */
  bucketName?: pulumi.Input<string>;
  /** Days for which it is kept, 1 to 3650. @default 30 */
  keepDays?: number;
  /** ARN of a target group, of a network load balancer that passes TLS through. @default none */
  targetGroupArn?: pulumi.Input<string>;
  /** ARN of a Cloud Map service that gives the task a name. @default none */
  serviceRegistryArn?: pulumi.Input<string>;
  /** Whether the task has a public address, which it needs to pull its image without a NAT or endpoints. @default false */
  assignPublicIp?: pulumi.Input<boolean>;
  /** CPU units of the task. @default "256" */
  cpu?: pulumi.Input<string>;
  /** MiB of the task's memory. @default "512" */
  memoryMegabytes?: pulumi.Input<string>;
  /** Days that logs are kept. @default 30 */
  logRetentionDays?: pulumi.Input<number>;
  /** Whether `up` ends before the service is steady. @default false */
  continueBeforeSteadyState?: pulumi.Input<boolean>;
}

const DEFAULT_DAYS = 30;
const MOST_DAYS = 3650;
const STOP_SECONDS = 60;
/** Before the keys of what is received. */
const PREFIX = "received/";

/**
 * Stands in for a real recipient where there is none: takes what the agent sends over mutual TLS, verifies it and keeps it
 * in a bucket. For environments other than production.
 *
 * Creates: a private bucket, an ECS service on Fargate with one task, its roles and its log group.
 *
 * @example
 * new StubReceiver("recipient", {
 *   clusterArn: cluster.arn, subnetIds: [subnet.id], securityGroupIds: [group.id], image: image.uri,
 *   certificateSecret: certificate.arn, privateKeySecret: key.arn, trustSecret: authorities.arn, clients: ["sft-agent"],
 * });
 *
 * @throws InvalidInputError naming the field that cannot be used.
 */
export class StubReceiver extends pulumi.ComponentResource {
  /** Name of the bucket; files are below `received/`, under the path that they were sent to. */
  readonly bucketName: pulumi.Output<string>;
  readonly serviceName: pulumi.Output<string>;
  readonly port: pulumi.Output<number>;

  constructor(name: string, args: StubReceiverArgs, opts?: pulumi.ComponentResourceOptions) {
    super("data-egress:index:StubReceiver", name, args, opts);
    refuseUnknownArguments(__dirname, "data-egress:index:StubReceiver", args);
    refuseMistypedTexts(__dirname, "data-egress:index:StubReceiver", args);
    checkArns(args);
    checkArgs(args);
    const port = args.port ?? RECEIVER_PORT;
    const bucket = createPrivateBucket(
      name,
      {
        bucketName: args.bucketName,
        guarded: false,
        policy: sourceBucketPolicy,
        expiry: { [PREFIX]: args.keepDays ?? DEFAULT_DAYS },
      },
      this,
    );
    const retentionInDays = args.logRetentionDays ?? DEFAULT_DAYS;
    const log = new aws.cloudwatch.LogGroup(`${name}-log`, { retentionInDays }, { parent: this });
    const roles = createTaskRoles(name, log.arn, this);
    const granted = {
      policy: bucket.arn.apply((arn) => JSON.stringify(receiverPolicy(arn, PREFIX))),
      logs: [log],
      images: [args.image],
      secretArns: receiverSecrets(args).map(({ valueFrom }) => valueFrom),
      secretKeyArns: args.secretKeyArns,
    };
    const grants = grantTaskRoles(name, roles, granted, this);
    const container = receiverContainer(args, { bucket, log, port });
    const fargate = createService(name, args, { container, roles, grants, port }, this);

    this.bucketName = bucket.bucket;
    this.serviceName = fargate.service.apply((service) => service.name);
    this.port = pulumi.output(port);
    this.registerOutputs({ bucketName: this.bucketName, serviceName: this.serviceName, port: this.port });
  }
}

function checkArgs(args: StubReceiverArgs): void {
  const { port = RECEIVER_PORT, keepDays = DEFAULT_DAYS, paths = [RECEIVER_PATH] } = args;
  const isWithin = (value: number, most: number) => Number.isInteger(value) && value >= 1 && value <= most;
  if (!isWithin(port, 65_535)) throw new InvalidInputError("port", `${port} is no port`);
  if (!isWithin(keepDays, MOST_DAYS)) {
    throw new InvalidInputError("keepDays", `${keepDays} is no whole number from 1 to ${MOST_DAYS}`);
  }
  const wrong = paths.find((path) => !/^(\/[\w.~-]+)+$/.test(path) || path.includes("/."));
  if (wrong !== undefined || paths.length === 0) {
    throw new InvalidInputError("paths", `${JSON.stringify(wrong ?? "")} is no path`, "give paths such as /DA");
  }
  if (args.clients?.some((client) => client === "" || client.includes(",")) || args.clients?.length === 0) {
    throw new InvalidInputError("clients", "has a name that no certificate can have, or none", "leave it out for all");
  }
  if (args.keystoreSecret === undefined) {
    for (const field of ["certificateSecret", "privateKeySecret"] as const) {
      if (args[field] === undefined) {
        throw new InvalidInputError(field, "is not given, and no keystoreSecret either", "the receiver needs its key");
      }
    }
  }
  if (args.trustSecret === undefined && args.truststoreSecret === undefined) {
    throw new InvalidInputError("trustSecret", "is not given, and no truststoreSecret either", "say whom it trusts");
  }
}

const receiverSecrets = (args: StubReceiverArgs) =>
  secretsOf({
    [AGENT_SECRETS.certificate]: args.certificateSecret,
    [AGENT_SECRETS.privateKey]: args.privateKeySecret,
    [AGENT_SECRETS.keystore]: args.keystoreSecret,
    [AGENT_SECRETS.keystorePassword]: args.keystorePasswordSecret,
    [AGENT_SECRETS.trust]: args.trustSecret,
    [AGENT_SECRETS.truststore]: args.truststoreSecret,
    [AGENT_SECRETS.truststorePassword]: args.truststorePasswordSecret,
  });

interface Kept {
  readonly bucket: aws.s3.Bucket;
  readonly log: aws.cloudwatch.LogGroup;
}

function receiverContainer(args: StubReceiverArgs, { bucket, log, port }: Kept & { readonly port: number }) {
  const environment = variablesOf({
    [RECEIVER_ENVIRONMENT.bucket]: bucket.bucket,
    [RECEIVER_ENVIRONMENT.bucketOwner]: log.arn.apply((arn) => arnParts(arn).account),
    [RECEIVER_ENVIRONMENT.prefix]: PREFIX,
    [RECEIVER_ENVIRONMENT.port]: String(port),
    [RECEIVER_ENVIRONMENT.host]: args.listenAddress,
    [RECEIVER_ENVIRONMENT.paths]: args.paths?.join(),
    [RECEIVER_ENVIRONMENT.clients]: args.clients?.join(),
  });
  return {
    name: "receiver",
    image: args.image,
    essential: true,
    stopTimeout: STOP_SECONDS,
    portMappings: [{ containerPort: port }],
    environment,
    secrets: receiverSecrets(args),
    logConfiguration: logTo(log, "receiver"),
  };
}

interface ServiceParts {
  readonly container: ReturnType<typeof receiverContainer>;
  readonly roles: TaskRoles;
  readonly grants: readonly pulumi.Resource[];
  readonly port: number;
}

function createService(name: string, args: StubReceiverArgs, parts: ServiceParts, parent: pulumi.Resource) {
  const { container, roles, grants, port } = parts;
  const { targetGroupArn, serviceRegistryArn } = args;
  const reached = { containerName: container.name, containerPort: port };
  return new ecs.FargateService(
    name,
    {
      cluster: args.clusterArn,
      desiredCount: 1,
      // Without it awsx would open a security group of the default network to the world.
      networkConfiguration: {
        subnets: args.subnetIds,
        securityGroups: args.securityGroupIds,
        assignPublicIp: args.assignPublicIp ?? false,
      },
      ...(targetGroupArn !== undefined && { loadBalancers: [{ targetGroupArn, ...reached }] }),
      ...(serviceRegistryArn !== undefined && { serviceRegistries: { registryArn: serviceRegistryArn } }),
      deploymentCircuitBreaker: { enable: true, rollback: true },
      continueBeforeSteadyState: args.continueBeforeSteadyState ?? false,
      taskDefinitionArgs: {
        family: name,
        cpu: args.cpu ?? "256",
        memory: args.memoryMegabytes ?? "512",
        taskRole: { roleArn: roles.task.arn },
        executionRole: { roleArn: roles.execution.arn },
        logGroup: { skip: true },
        containers: { receiver: container },
      },
    },
    { parent, dependsOn: [...grants] },
  );
}
