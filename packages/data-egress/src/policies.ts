import { allow, policyDocument, type PolicyDocument } from "@slipway/core";
import { PLACEHOLDERS } from "./contract";

/** A destination that the service writes to by itself. */
export interface Destination {
  readonly bucket: string;
  /** As the row has it, with placeholders. */
  readonly prefix: string;
}

/** What the policies of one data egress are about. */
export interface EgressScope {
  readonly partition: string;
  readonly region: string;
  /** 12 digits. */
  readonly account: string;
  readonly queueArn: string;
  readonly deadLetterQueueArn: string;
  readonly rowsTableArn: string;
  readonly ledgerTableArn: string;
  readonly eventBusArn: string;
  readonly sourceBuckets: readonly string[];
  readonly destinations: readonly Destination[];
  /** Roles that write to other destinations. */
  readonly roleArns: readonly string[];
  /** KMS keys that sources and data keys are encrypted with. */
  readonly decryptKeyArns: readonly string[];
  /** KMS keys that destinations encrypt with. */
  readonly encryptKeyArns: readonly string[];
  /** KMS keys that manifests are encrypted under. */
  readonly manifestKeyArns: readonly string[];
  /** SSM parameters with recipients' public keys. */
  readonly keyParameters: readonly string[];
}

/** What the service's containers may do. A task has one role for all of them. */
export function servicePolicy(scope: EgressScope): PolicyDocument {
  const { partition, region, account } = scope;
  const buckets = scope.sourceBuckets.map((name) => `arn:${partition}:s3:::${name}`);
  const targets = scope.destinations.map(
    ({ bucket, prefix }) => `arn:${partition}:s3:::${bucket}/${fixedPart(prefix)}*`,
  );
  const parameters = scope.keyParameters.map(
    (name) => `arn:${partition}:ssm:${region}:${account}:parameter/${name.replace(/^\//, "")}`,
  );
  return policyDocument(
    ...allow(
      "ReceiveFlags",
      ["sqs:ReceiveMessage", "sqs:ChangeMessageVisibility", "sqs:DeleteMessage"],
      [scope.queueArn],
    ),
    ...allow("GiveUpFlags", ["sqs:SendMessage"], [scope.deadLetterQueueArn]),
    ...allow("ReadRows", ["dynamodb:Scan"], [scope.rowsTableArn]),
    ...allow(
      "KeepLedger",
      ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:Query"],
      [scope.ledgerTableArn, `${scope.ledgerTableArn}/index/*`],
    ),
    ...allow("ListSources", ["s3:ListBucketVersions"], buckets),
    ...allow(
      "ReadSources",
      ["s3:GetObject", "s3:GetObjectVersion"],
      buckets.map((arn) => `${arn}/*`),
    ),
    ...allow("WriteDestinations", ["s3:PutObject", "s3:PutObjectAcl", "s3:AbortMultipartUpload"], targets),
    // What an earlier attempt has put there need not be sent again.
    ...allow("LookAtDestinations", ["s3:GetObject"], targets),
    ...allow("WriteAsOthers", ["sts:AssumeRole"], scope.roleArns),
    ...allow("Decrypt", ["kms:Decrypt"], scope.decryptKeyArns),
    ...allow("Encrypt", ["kms:GenerateDataKey", "kms:Decrypt"], scope.encryptKeyArns),
    ...allow("EncryptManifests", ["kms:GenerateDataKey"], scope.manifestKeyArns),
    ...allow("ReadRecipientKeys", ["ssm:GetParameter"], parameters),
    ...allow("TellWhatHappened", ["events:PutEvents"], [scope.eventBusArn]),
  );
}

/** What comes before the first placeholder. */
const fixedPart = (prefix: string): string => {
  const starts = Object.values(PLACEHOLDERS).map((each) => prefix.indexOf(each));
  const first = Math.min(...starts.filter((at) => at !== -1), prefix.length);
  return prefix.slice(0, first).replace(/\*+$/, "");
};

/** What ECS needs to start the containers. */
export interface ExecutionScope {
  readonly partition: string;
  readonly logGroupArns: readonly string[];
  /** ARNs of secrets in Secrets Manager, with or without a field, and of parameters in SSM. */
  readonly secretArns: readonly string[];
  /** KMS keys of the secrets, where they have some of their own. */
  readonly secretKeyArns: readonly string[];
  /** URIs of images; those that are not in ECR need no permission. */
  readonly images: readonly string[];
}

/** What ECS may do to start the containers: fill their secrets, and write their logs. */
export function executionPolicy({ partition, logGroupArns, secretArns, secretKeyArns, images }: ExecutionScope) {
  const repositories = images.flatMap((image) => repositoryOf(partition, image));
  const isParameter = (arn: string): boolean => arn.split(":")[2] === "ssm";
  return policyDocument(
    ...allow(
      "WriteLogs",
      ["logs:CreateLogStream", "logs:PutLogEvents"],
      logGroupArns.map((arn) => `${arn}:*`),
    ),
    ...allow(
      "ReadSecrets",
      ["secretsmanager:GetSecretValue"],
      secretArns.filter((arn) => !isParameter(arn)).map(withoutField),
    ),
    ...allow("ReadParameters", ["ssm:GetParameters"], secretArns.filter(isParameter)),
    ...allow("DecryptSecrets", ["kms:Decrypt"], secretKeyArns),
    ...allow(
      "PullImages",
      ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:BatchCheckLayerAvailability"],
      repositories,
    ),
    ...allow("LogInToRegistry", ["ecr:GetAuthorizationToken"], repositories.length === 0 ? [] : ["*"]),
  );
}

const repositoryOf = (partition: string, image: string): readonly string[] => {
  const [, account, region, repository] =
    /^(\d{12})\.dkr\.ecr\.([\w-]+)\.amazonaws\.com(?:\.cn)?\/([^:@]+)/.exec(image) ?? [];
  return repository === undefined ? [] : [`arn:${partition}:ecr:${region}:${account}:repository/${repository}`];
};

/** A reference may name one field of a secret's JSON after its ARN; IAM knows whole secrets only. */
const withoutField = (reference: string): string => reference.split(":").slice(0, 7).join(":");

/** Lets ECS tasks of one account assume a role. */
export const trustTasks = (account: string): PolicyDocument =>
  policyDocument({
    Sid: "AssumedByTasks",
    Effect: "Allow",
    Principal: { Service: ["ecs-tasks.amazonaws.com"] },
    Action: ["sts:AssumeRole"],
    Condition: { StringEquals: { "aws:SourceAccount": account } },
  });

/** For the source bucket: nothing without TLS. Who writes to it has permissions of its own. */
export const sourceBucketPolicy = (bucketArn: string): PolicyDocument =>
  policyDocument({
    Sid: "RefusePlainText",
    Effect: "Deny",
    Principal: "*",
    Action: ["s3:*"],
    Resource: [bucketArn, `${bucketArn}/*`],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  });

/** What the stub receiver may do: put files into its bucket, give up those that it has not got whole, look what it has. */
export const receiverPolicy = (bucketArn: string, prefix: string): PolicyDocument =>
  policyDocument(
    ...allow("KeepFiles", ["s3:PutObject", "s3:AbortMultipartUpload", "s3:GetObject"], [`${bucketArn}/${prefix}*`]),
  );
