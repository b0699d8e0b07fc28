import * as pulumi from "@pulumi/pulumi";
import { InvalidInputError } from "@slipway/core";
import { arnParts, refuseMistypedTexts, refuseUnknownArguments } from "@slipway/lambda";
import type { Row } from "./core/rows";
import { checkArns } from "./arn-args";
import { checkDataKeyService, dataKeyServiceSecrets } from "./data-key-service-args";
import { createEgressAlarms } from "./egress-alarms";
import { checkAgentRoutes } from "./agent-routes";
import { agentSecrets, createContainers } from "./egress-containers";
import { policyOf } from "./egress-permissions";
import { createFlagQueue, createSourceBucket, notify, sourceNames } from "./egress-source";
import { createLedger, createRows, createRowsTable } from "./egress-tables";
import { checkRows, type DataEgressRow } from "./row-args";

/** Arguments of {@link DataEgress}. */
export interface DataEgressArgs {
  /** What is sent where. */
  rows: DataEgressRow[];
  /** ARN of the ECS cluster that the service runs in. */
  clusterArn: pulumi.Input<string>;
  /** Ids of the subnets that its tasks are in. */
  subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  /** Ids of their security groups. They need nothing inbound; outbound HTTPS, and the ports of the agent's recipients. */
  securityGroupIds: pulumi.Input<pulumi.Input<string>[]>;
  /** Whether tasks get public addresses, for subnets without a NAT gateway. @default false */
  assignPublicIp?: boolean;
  /** URI of the service's image. */
  serviceImage: pulumi.Input<string>;
  /** URI of the SFT agent's image; must be given when a row is of type `SFT`. */
  agentImage?: pulumi.Input<string>;
  /** The agent's configuration (routes, retries, TLS), as text; must be given together with `agentImage`. */
  agentConfiguration?: pulumi.Input<string>;
  /** ARN of a secret or an SSM parameter with the agent's certificate and its chain (PEM). @default none */
  agentCertificateSecret?: pulumi.Input<string>;
  /** ARN likewise, with the private key (PEM). @default none */
  agentPrivateKeySecret?: pulumi.Input<string>;
  /** ARN likewise, with the authorities that sign recipients' certificates (PEM). @default none */
  agentTrustSecret?: pulumi.Input<string>;
  /** ARN likewise, with key and certificate as a PKCS#12 file in base64. @default none */
  agentKeystoreSecret?: pulumi.Input<string>;
  /** ARN likewise, with authorities as a PKCS#12 file in base64. @default none */
  agentTruststoreSecret?: pulumi.Input<string>;
  /** ARN likewise, with the keystore's password. @default none */
  agentKeystorePasswordSecret?: pulumi.Input<string>;
  /** ARN likewise, with the truststore's password. @default none */
  agentTruststorePasswordSecret?: pulumi.Input<string>;
  /** ARN likewise, with the key that recipients ask for. @default none */
  agentApiKeySecret?: pulumi.Input<string>;
  /** ARNs of the KMS keys that these secrets are encrypted with. @default keys that AWS manages */
  agentSecretKeyArns?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * `https://` address that the data key service (DKS) has `/datakey` below. It decrypts the data keys of what HTME encrypted;
   * its host name is verified, with TLS 1.2 or later. Tasks must be let out to its port. @default none: KMS decrypts them
   */
  dataKeyServiceUrl?: pulumi.Input<string>;
  /** ARN of a secret or an SSM parameter with the certificate and its chain (PEM) to show to it. @default none is shown */
  dataKeyServiceCertificateSecret?: pulumi.Input<string>;
  /** ARN likewise, with the private key (PEM). @default none */
  dataKeyServicePrivateKeySecret?: pulumi.Input<string>;
  /** ARN likewise, with the authorities that sign its certificate (PEM). @default the public ones that Node comes with */
  dataKeyServiceTrustSecret?: pulumi.Input<string>;
  /** ARN likewise, with key and certificate as a PKCS#12 file in base64. @default none */
  dataKeyServiceKeystoreSecret?: pulumi.Input<string>;
  /** ARN likewise, with authorities as a PKCS#12 file in base64. @default none */
  dataKeyServiceTruststoreSecret?: pulumi.Input<string>;
  /** ARN likewise, with the password of the keystore or of the private key. @default none */
  dataKeyServiceKeystorePasswordSecret?: pulumi.Input<string>;
  /** ARN likewise, with the truststore's password. @default the keystore's */
  dataKeyServiceTruststorePasswordSecret?: pulumi.Input<string>;
  /** ARNs of the KMS keys that these secrets are encrypted with. @default keys that AWS manages */
  dataKeyServiceSecretKeyArns?: pulumi.Input<pulumi.Input<string>[]>;
  /** Days before a certificate's end at which the alarm goes off. @default 30 */
  certificateDays?: number;
  /** Name of this data egress, for metrics, logs and events. @default the resource's name */
  egressName?: string;
  /** Physical name of the component's bucket. @default chosen by Pulumi */
  sourceBucketName?: string;
  /** ARN of the KMS key for the component's bucket. @default keys that S3 manages */
  kmsKeyArn?: pulumi.Input<string>;
  /** ARNs of KMS keys that data is decrypted with: of other source buckets, and of data keys in KMS. @default none */
  decryptKeyArns?: pulumi.Input<pulumi.Input<string>[]>;
  /** ARNs of KMS keys that destination buckets encrypt with. @default none */
  encryptKeyArns?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Whether buckets that are there already get a notification. S3 keeps one configuration a bucket, and this replaces it:
   * false where somebody else keeps it, who must then send `ObjectCreated` of flags to `queueArn`. @default true
   */
  notifyBuckets?: boolean;
  /** Tasks that run. More of them send more jobs at once. @default 1 */
  tasks?: pulumi.Input<number>;
  /** CPU units of a task. @default "1024" */
  cpu?: pulumi.Input<string>;
  /** MiB of a task. @default "2048" */
  memoryMegabytes?: pulumi.Input<string>;
  /** GiB of a task's disk, 21 to 200, on which files wait for the agent. @default 20, without being asked for */
  volumeGibibytes?: pulumi.Input<number>;
  /** Times that a job is tried before it is a dead letter, 1 to 20. @default 5 */
  maxAttempts?: number;
  /** Seconds without a sign of life after which a job is taken over, 10 to 600. @default 60 */
  leaseSeconds?: number;
  /** Minutes that the agent has for the files of one attempt, 1 to 10080. @default 360 */
  deliveryMinutes?: number;
  /** Files that are sent at once, 1 to 64. @default 8 */
  concurrency?: number;
  /** Whether `up` does not wait until the tasks run. @default false */
  continueBeforeSteadyState?: boolean;
  /** Days. @default 30 */
  logRetentionDays?: number;
  /** Name of the event bus that events go to. @default "default" */
  eventBusName?: string;
  /** ARNs, e.g. of SNS topics, that the alarms tell. @default alarms change state and tell nobody */
  alarmActions?: pulumi.Input<pulumi.Input<string>[]>;
  /** Whether bucket and tables refuse deletion. @default true; false only for development */
  protect?: boolean;
}

/** Where a data egress is, in the words of `EgressConnection` of this package's library. */
export interface DataEgressOutput {
  name: string;
  rowsTable: string;
  ledgerTable: string;
  queueUrl: string;
  deadLetterQueueUrl: string;
  /** The component's bucket; absent where every row has another. */
  sourceBucket?: string;
  /** ARN of the ECS cluster. */
  cluster: string;
  /** Name of the ECS service. */
  service: string;
  eventBus: string;
  region: string;
}

const LIMITS = {
  maxAttempts: [1, 20],
  leaseSeconds: [10, 600],
  deliveryMinutes: [1, 10_080],
  concurrency: [1, 64],
  certificateDays: [1, 365],
} as const;

/**
 * Sends data out: when a flag arrives in a folder, what is in that folder goes to its recipients, and each file has a receipt.
 *
 * Creates: a source bucket (unless every row has one), the notification of flags, a queue with dead letters, the table of
 * rows and its items, the ledger of jobs, an ECS service on Fargate whose tasks run the service and, beside it, the SFT
 * agent, both with the volume `/data-egress`, roles, log groups and alarms.
 *
 * @example
 * new DataEgress("egress", {
 *   clusterArn: cluster.arn, subnetIds: [subnet.id], securityGroupIds: [group.id], serviceImage: image.uri,
 *   rows: [{
 *     sourcePrefix: "dataegress/cbol-report/$TODAYS_DATE/", pipelineName: "cbol", transferType: "S3",
 *     destinationBucket: "cbol-reports", destinationPrefix: "cbol/$TODAYS_DATE/", recipientName: "CBOL",
 *   }],
 * });
 *
 * @throws InvalidInputError naming the row and the field that cannot be used, e.g. rows whose folders overlap.
 */
export class DataEgress extends pulumi.ComponentResource {
  /** Name of the component's bucket; undefined where every row has another. */
  readonly sourceBucketName: pulumi.Output<string | undefined>;
  readonly queueArn: pulumi.Output<string>;
  /** ARN of the role that the tasks have: destinations in other accounts must let it, or the row's role, write. */
  readonly taskRoleArn: pulumi.Output<string>;
  /** What the library's `openEgress` and the command line need to find this data egress. */
  readonly connection: pulumi.Output<DataEgressOutput>;

  constructor(name: string, args: DataEgressArgs, opts?: pulumi.ComponentResourceOptions) {
    super("data-egress:index:DataEgress", name, args, opts);
    refuseUnknownArguments(__dirname, "data-egress:index:DataEgress", args);
    refuseMistypedTexts(__dirname, "data-egress:index:DataEgress", args);
    checkArns(args);
    const rows = checkArgs(args);
    const guarded = args.protect ?? true;
    const egressName = args.egressName ?? name;
    const withAgent = args.agentImage !== undefined;

    const tables = { rows: createRowsTable(name, guarded, this), ledger: createLedger(name, guarded, this) };
    const bucket = createSourceBucket(name, args, guarded, this);
    const sources = sourceNames(args, bucket);
    const partition = tables.rows.arn.apply((arn) => arnParts(arn).partition);
    const flags = createFlagQueue(name, args, { sources, partition }, this);
    const { queue, deadLetters } = flags;
    createRows(name, args, { table: tables.rows, bucket }, this);
    const policy = policyOf(args, { queue, deadLetters, sources, ...tables });
    const containers = createContainers(
      name,
      { args, egressName, queue, deadLetters, ...tables, policy, withAgent },
      this,
    );
    notify(name, args, { ...flags, bucket }, this);
    createEgressAlarms(
      name,
      {
        egressName,
        withAgent,
        withCertificate: Object.keys(agentSecrets(args)).length > 0,
        withDataKeyServiceCertificate: Object.keys(dataKeyServiceSecrets(args)).length > 0,
        withDeadlines: rows.some(({ expectedBy }) => expectedBy !== undefined),
        certificateDays: args.certificateDays,
        actions: args.alarmActions,
      },
      this,
    );

    this.sourceBucketName = bucket === undefined ? pulumi.output<string | undefined>(undefined) : bucket.bucket;
    this.queueArn = queue.arn;
    this.taskRoleArn = containers.taskRole.arn;
    this.connection = pulumi
      .all([
        tables.rows.name,
        tables.ledger.name,
        queue.url,
        deadLetters.url,
        this.sourceBucketName,
        pulumi.output(args.clusterArn),
        containers.fargate.service.apply((service) => service.name),
        queue.arn,
      ])
      .apply(([rowsTable, ledgerTable, queueUrl, deadLetterQueueUrl, sourceBucket, cluster, service, arn]) => ({
        name: egressName,
        rowsTable,
        ledgerTable,
        queueUrl,
        deadLetterQueueUrl,
        ...(sourceBucket !== undefined && { sourceBucket }),
        cluster,
        service,
        eventBus: args.eventBusName ?? "default",
        region: arnParts(arn).region,
      }));
    this.registerOutputs({
      sourceBucketName: this.sourceBucketName,
      queueArn: this.queueArn,
      taskRoleArn: this.taskRoleArn,
      connection: this.connection,
    });
  }
}

function checkArgs(args: DataEgressArgs): readonly Row[] {
  if (args.rows.length === 0) throw new InvalidInputError("rows", "is empty", "say what is to be sent where");
  const rows = checkRows(args.rows);
  const byAgent = rows.find(({ transferType }) => transferType === "SFT");
  for (const field of ["agentImage", "agentConfiguration"] as const) {
    const needed = byAgent !== undefined || args.agentImage !== undefined;
    if (needed && args[field] === undefined) {
      throw new InvalidInputError(field, `is not given, though ${byAgent?.pipeline ?? "the agent"} needs it`);
    }
  }
  checkDataKeyService(args);
  // What other resources tell is only known later.
  if (typeof args.agentConfiguration === "string") checkAgentRoutes(args.agentConfiguration, rows);
  for (const [field, [least, most]] of Object.entries(LIMITS)) {
    const value = args[field as keyof typeof LIMITS];
    if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) continue;
    throw new InvalidInputError(field, `${value} is not between ${least} and ${most}`);
  }
  return rows;
}
