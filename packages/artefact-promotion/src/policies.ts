import { policyDocument, type PolicyDocument, type PolicyStatement } from "@slipway/core";

/** An environment that reads a source, as policies see it. */
export interface PolicyReader {
  readonly environment: string;
  /** 12 digits. */
  readonly account: string;
  /** The roles that read, and nobody else of that account. */
  readonly roleArns: readonly string[];
  /** The queue that it subscribes to the source's topic, and no other endpoint. */
  readonly queueArn: string;
}

/** What the policies of a source are about. */
export interface SourceScope {
  readonly partition: string;
  /** 12 digits. */
  readonly account: string;
  readonly bucketArn: string;
  readonly topicArn: string;
  readonly readers: readonly PolicyReader[];
}

/** What the policies of a promotion are about. */
export interface PromotionScope {
  readonly sourceBucketArn: string;
  readonly targetBucketArn: string;
  /** KMS keys of the two, where they have one of their own. */
  readonly sourceKeyArn?: string | undefined;
  readonly targetKeyArn?: string | undefined;
  readonly ledgerArn: string;
  readonly eventBusArn: string;
}

/** What the policies of the functions that compare are about. */
export interface ComparisonScope extends PromotionScope {
  /** The queue that they ask to copy. */
  readonly queueArn: string;
}

const READ_OBJECT = ["s3:GetObject", "s3:GetObjectTagging", "s3:GetObjectVersion", "s3:GetObjectVersionTagging"];

const pascal = (environment: string): string =>
  environment.replaceAll(/(^|-)([a-z0-9])/g, (_match, _dash, letter: string) => letter.toUpperCase());
const allow = (Sid: string, Action: readonly string[], Resource: readonly string[]): PolicyStatement => ({
  Sid,
  Effect: "Allow",
  Action,
  Resource,
});
const using = (Sid: string, Action: readonly string[], keyArn: string | undefined): readonly PolicyStatement[] =>
  keyArn === undefined ? [] : [allow(Sid, Action, [keyArn])];
const refusePlainText = (Action: string, Resource: readonly string[]): PolicyStatement => ({
  Sid: "RefusePlainText",
  Effect: "Deny",
  Principal: "*",
  Action: [Action],
  Resource,
  Condition: { Bool: { "aws:SecureTransport": "false" } },
});

/**
 * Only these roles of an account, though they need not exist yet: a policy that names a role as its principal is refused
 * before the role is made, and the target is deployed after its source.
 */
const roles = ({ account, roleArns }: PolicyReader, partition: string) => ({
  Principal: { AWS: [`arn:${partition}:iam::${account}:root`] },
  Condition: { ArnEquals: { "aws:PrincipalArn": roleArns } },
});

/** Statements with which a bucket lets the targets read its objects, versions and tags, and list it. */
export const readerStatements = (
  bucketArn: string,
  readers: readonly PolicyReader[],
  partition: string,
): readonly PolicyStatement[] =>
  readers.flatMap((reader) => [
    {
      ...allow(`SlipwayRead${pascal(reader.environment)}`, READ_OBJECT, [`${bucketArn}/*`]),
      ...roles(reader, partition),
    },
    {
      ...allow(`SlipwayList${pascal(reader.environment)}`, ["s3:ListBucket", "s3:ListBucketVersions"], [bucketArn]),
      ...roles(reader, partition),
    },
  ]);

/** For an artefact bucket: TLS only, and read by the named roles of its targets. */
export const artefactBucketPolicy = ({ bucketArn, readers, partition }: Omit<SourceScope, "topicArn" | "account">) =>
  policyDocument(
    refusePlainText("s3:*", [bucketArn, `${bucketArn}/*`]),
    ...readerStatements(bucketArn, readers, partition),
  );

/** For a source's topic: S3 tells it of this bucket, and each target subscribes its own queue. */
export const artefactTopicPolicy = ({ account, bucketArn, topicArn, readers, partition }: SourceScope) =>
  policyDocument(
    refusePlainText("sns:Publish", [topicArn]),
    {
      ...allow("ToldByBucket", ["sns:Publish"], [topicArn]),
      Principal: { Service: ["s3.amazonaws.com"] },
      Condition: { ArnEquals: { "aws:SourceArn": bucketArn }, StringEquals: { "aws:SourceAccount": account } },
    },
    ...readers.map((reader) => ({
      ...allow(
        `SubscribedBy${pascal(reader.environment)}`,
        ["sns:GetSubscriptionAttributes", "sns:SetSubscriptionAttributes", "sns:Subscribe", "sns:Unsubscribe"],
        [topicArn],
      ),
      Principal: { AWS: [`arn:${partition}:iam::${reader.account}:root`] },
      // Only a call that has an endpoint can be held to it.
      Condition: { StringEqualsIfExists: { "sns:Endpoint": reader.queueArn, "sns:Protocol": "sqs" } },
    })),
  );

const seeBoth = ({ sourceBucketArn, targetBucketArn, sourceKeyArn, targetKeyArn }: PromotionScope) => [
  allow("ListBuckets", ["s3:ListBucket"], [sourceBucketArn, targetBucketArn]),
  allow("ReadSource", READ_OBJECT, [`${sourceBucketArn}/*`]),
  allow("ReadTarget", ["s3:GetObject", "s3:GetObjectVersion"], [`${targetBucketArn}/*`]),
  ...using("ReadWithSourceKey", ["kms:Decrypt"], sourceKeyArn),
  ...using("ReadWithTargetKey", ["kms:Decrypt"], targetKeyArn),
];
const tell = ({ eventBusArn }: PromotionScope) => allow("TellWhatHappened", ["events:PutEvents"], [eventBusArn]);
/** Where a comparison stands is forgotten when it has come to the end. */
const forgetStanding = ({ ledgerArn }: PromotionScope) => allow("ForgetStanding", ["dynamodb:DeleteItem"], [ledgerArn]);
const keepLedger = ({ ledgerArn }: PromotionScope) =>
  allow("KeepLedger", ["dynamodb:GetItem", "dynamodb:PutItem"], [ledgerArn]);

/** For the function behind the queue: copy from the source to the target, and tell. */
export const promotePolicy = (scope: PromotionScope): PolicyDocument =>
  policyDocument(
    ...seeBoth(scope),
    allow(
      "WriteTarget",
      ["s3:AbortMultipartUpload", "s3:PutObject", "s3:PutObjectTagging"],
      [`${scope.targetBucketArn}/*`],
    ),
    ...using("WriteWithTargetKey", ["kms:GenerateDataKey"], scope.targetKeyArn),
    keepLedger(scope),
    tell(scope),
  );

/** For the reconciler and the backfill: compare, ask the queue to mend, and tell. They write no object. */
export const comparePolicy = (scope: ComparisonScope): PolicyDocument =>
  policyDocument(
    ...seeBoth(scope),
    keepLedger(scope),
    forgetStanding(scope),
    allow("AskQueue", ["sqs:SendMessage"], [scope.queueArn]),
    tell(scope),
  );

/** For the function that adds a source's notification and readers to a bucket that is there already. */
export const adoptPolicy = (bucketArn: string): PolicyDocument =>
  policyDocument(
    allow(
      "AddToBucket",
      [
        "s3:DeleteBucketPolicy",
        "s3:GetBucketNotification",
        "s3:GetBucketPolicy",
        "s3:PutBucketNotification",
        "s3:PutBucketPolicy",
      ],
      [bucketArn],
    ),
  );
