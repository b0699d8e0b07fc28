import { allow, policyDocument, type PolicyDocument } from "@slipway/core";

/** What the policies of one code push are about. */
export interface CodePushScope {
  readonly partition: string;
  readonly region: string;
  /** 12 digits. */
  readonly account: string;
  /** Path in SSM that the repositories' settings are under. */
  readonly repositoriesPath: string;
  /** Secrets that webhooks are verified with. */
  readonly webhookSecretArns: readonly string[];
  /** Secrets that repositories are fetched with. */
  readonly credentialsSecretArns: readonly string[];
  /** KMS keys of the secrets, where they have some of their own. */
  readonly secretKeyArns: readonly string[];
  readonly bucketArn: string;
  /** KMS key of the bucket, where it has one of its own. */
  readonly bucketKeyArn?: string | undefined;
  readonly queueArn: string;
  readonly eventBusArn: string;
}

const known = (arn: string | undefined): readonly string[] => (arn === undefined ? [] : [arn]);

const readSecrets = (Sid: string, arns: readonly string[], { secretKeyArns }: CodePushScope) => [
  ...allow(Sid, ["secretsmanager:GetSecretValue"], [...new Set(arns)]),
  ...allow("DecryptSecrets", ["kms:Decrypt"], arns.length === 0 ? [] : secretKeyArns),
];
const readWebhookSecrets = (scope: CodePushScope) => readSecrets("ReadWebhookSecrets", scope.webhookSecretArns, scope);
const readCredentials = (scope: CodePushScope) => readSecrets("ReadCredentials", scope.credentialsSecretArns, scope);
const readRepositories = ({ partition, region, account, repositoriesPath }: CodePushScope) => {
  const path = `arn:${partition}:ssm:${region}:${account}:parameter${repositoriesPath}`;
  return allow("ReadRepositories", ["ssm:GetParametersByPath"], [path, `${path}/*`]);
};
const queuePushes = ({ queueArn }: CodePushScope) => allow("QueuePushes", ["sqs:SendMessage"], [queueArn]);
const tell = ({ eventBusArn }: CodePushScope) => allow("TellWhatHappened", ["events:PutEvents"], [eventBusArn]);
const seeArchives = ({ bucketArn, bucketKeyArn }: CodePushScope) => [
  // Without the right to list, S3 answers 403 for what is not there.
  ...allow("ListArchives", ["s3:ListBucket"], [bucketArn]),
  ...allow("ReadArchives", ["s3:GetObject"], [`${bucketArn}/*`]),
  ...allow("ReadWithKey", ["kms:Decrypt"], known(bucketKeyArn)),
];

/** For the Gateway's authorizer: know the secrets that headers are checked against. */
export const authorizePolicy = (scope: CodePushScope): PolicyDocument => policyDocument(...readWebhookSecrets(scope));

/** For the function behind the Gateway: verify, know the repositories, queue. It can reach no repository and no archive. */
export const acceptPolicy = (scope: CodePushScope): PolicyDocument =>
  policyDocument(...readWebhookSecrets(scope), ...readRepositories(scope), ...queuePushes(scope));

/** For the function behind the queue: fetch with the repositories' credentials, write archives, tell. */
export const workPolicy = (scope: CodePushScope): PolicyDocument =>
  policyDocument(
    ...readRepositories(scope),
    ...readCredentials(scope),
    ...seeArchives(scope),
    ...allow("WriteArchives", ["s3:PutObject"], [`${scope.bucketArn}/*`]),
    ...allow("WriteWithKey", ["kms:GenerateDataKey"], known(scope.bucketKeyArn)),
    ...tell(scope),
  );

/** For the reconciler: ask the remotes, see what is archived, queue what is missing, tell. It writes no object. */
export const reconcilePolicy = (scope: CodePushScope): PolicyDocument =>
  policyDocument(
    ...readRepositories(scope),
    ...readCredentials(scope),
    ...seeArchives(scope),
    ...queuePushes(scope),
    ...tell(scope),
  );

/** For the archives' bucket: over TLS only. Who reads them says so in a policy of its own. */
export const sourceBucketPolicy = (bucketArn: string): PolicyDocument =>
  policyDocument({
    Sid: "RefusePlainText",
    Effect: "Deny",
    Principal: "*",
    Action: ["s3:*"],
    Resource: [bucketArn, `${bucketArn}/*`],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  });

/** For whoever takes archives over, e.g. a pipeline: read them, all their versions included. */
export const archiveReaderPolicy = ({ bucketArn, bucketKeyArn }: Pick<CodePushScope, "bucketArn" | "bucketKeyArn">) =>
  policyDocument(
    ...allow("SeeBucket", ["s3:GetBucketVersioning", "s3:ListBucket"], [bucketArn]),
    ...allow("ReadArchives", ["s3:GetObject", "s3:GetObjectVersion"], [`${bucketArn}/*`]),
    ...allow("ReadWithKey", ["kms:Decrypt"], known(bucketKeyArn)),
  );
