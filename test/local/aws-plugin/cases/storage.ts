import type * as aws from "@pulumi/aws";
import type { ConformanceCase } from "../conformance-case";
import { policy } from "../world";

const table: ConformanceCase<aws.dynamodb.TableArgs> = {
  token: "aws:dynamodb/table:Table",
  args: () => ({
    billingMode: "PAY_PER_REQUEST",
    hashKey: "id",
    rangeKey: "at",
    attributes: [
      { name: "id", type: "S" },
      { name: "at", type: "S" },
      { name: "kind", type: "S" },
    ],
    globalSecondaryIndexes: [{ name: "by-kind", hashKey: "kind", rangeKey: "at", projectionType: "ALL" }],
    pointInTimeRecovery: { enabled: true },
    serverSideEncryption: { enabled: true },
    ttl: { attributeName: "expires", enabled: true },
    streamEnabled: true,
    streamViewType: "NEW_IMAGE",
    tags: { kind: "conformance" },
  }),
  updateWith: () => ({
    deletionProtectionEnabled: false,
    attributes: [
      { name: "id", type: "S" },
      { name: "at", type: "S" },
      { name: "owner", type: "S" },
    ],
    globalSecondaryIndexes: [{ name: "by-owner", hashKey: "owner", projectionType: "KEYS_ONLY" }],
    pointInTimeRecovery: { enabled: false },
    ttl: { attributeName: "expires", enabled: false },
    tags: { kind: "changed", more: "yes" },
  }),
  replaceWith: () => ({
    hashKey: "key",
    attributes: [
      { name: "key", type: "S" },
      { name: "at", type: "S" },
      { name: "owner", type: "S" },
    ],
  }),
};

const repository: ConformanceCase<aws.ecr.RepositoryArgs> = {
  token: "aws:ecr/repository:Repository",
  args: () => ({ imageTagMutability: "MUTABLE", forceDelete: true, tags: { kind: "conformance" } }),
  updateWith: () => ({
    imageTagMutability: "IMMUTABLE",
    imageScanningConfiguration: { scanOnPush: true },
    tags: { kind: "changed" },
  }),
  replaceWith: () => ({ name: "conformance/replaced" }),
};

const pull = (action: string): string =>
  policy({ Action: action, Principal: { AWS: "arn:aws:iam::111111111111:root" }, Sid: "pull" });

const repositoryPolicy: ConformanceCase<aws.ecr.RepositoryPolicyArgs> = {
  token: "aws:ecr/repositoryPolicy:RepositoryPolicy",
  args: ({ repositoryName }) => ({ repository: repositoryName, policy: pull("ecr:BatchGetImage") }),
  updateWith: () => ({ policy: pull("ecr:GetDownloadUrlForLayer") }),
  replaceWith: ({ otherRepositoryName }) => ({ repository: otherRepositoryName }),
};

const parameter: ConformanceCase<aws.ssm.ParameterArgs> = {
  token: "aws:ssm/parameter:Parameter",
  args: () => ({ type: "String", value: "one", description: "first", tags: { kind: "conformance" } }),
  updateWith: () => ({ value: "two", description: "second", tags: {} }),
  replaceWith: () => ({ name: "/conformance/replaced" }),
};

const secret: ConformanceCase<aws.secretsmanager.SecretArgs> = {
  token: "aws:secretsmanager/secret:Secret",
  args: () => ({ description: "first", recoveryWindowInDays: 0, tags: { kind: "conformance" } }),
  updateWith: ({ keyId }) => ({ description: "second", kmsKeyId: keyId, tags: { kind: "changed" } }),
  replaceWith: () => ({ name: "conformance-replaced" }),
};

const key: ConformanceCase<aws.kms.KeyArgs> = {
  token: "aws:kms/key:Key",
  args: () => ({ description: "first", deletionWindowInDays: 7, tags: { kind: "conformance" } }),
  updateWith: () => ({ description: "second", enableKeyRotation: true, tags: { kind: "changed" } }),
  replaceWith: () => ({ keyUsage: "GENERATE_VERIFY_MAC", customerMasterKeySpec: "HMAC_256", enableKeyRotation: false }),
};

const alias: ConformanceCase<aws.kms.AliasArgs> = {
  token: "aws:kms/alias:Alias",
  args: ({ keyId }) => ({ targetKeyId: keyId }),
  updateWith: ({ otherKeyId }) => ({ targetKeyId: otherKeyId }),
  replaceWith: () => ({ name: "alias/conformance-replaced" }),
};

const tableItem: ConformanceCase<aws.dynamodb.TableItemArgs> = {
  token: "aws:dynamodb/tableItem:TableItem",
  args: ({ tableName }) => ({ tableName, hashKey: "id", item: JSON.stringify({ id: { S: "first" }, n: { N: "1" } }) }),
  updateWith: () => ({ item: JSON.stringify({ id: { S: "first" }, n: { N: "2" }, more: { BOOL: true } }) }),
  replaceWith: ({ otherTableName }) => ({ tableName: otherTableName }),
};

/** Cases of the types that keep data, and of their keys. */
export const storageCases: readonly ConformanceCase[] = [
  table,
  tableItem,
  repository,
  repositoryPolicy,
  parameter,
  secret,
  key,
  alias,
];
