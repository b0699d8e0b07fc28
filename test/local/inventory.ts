import { ApiGatewayV2Client, GetApisCommand } from "@aws-sdk/client-apigatewayv2";
import { ACMClient, ListCertificatesCommand } from "@aws-sdk/client-acm";
import { CloudFrontClient, ListDistributionsCommand } from "@aws-sdk/client-cloudfront";
import { CodeBuildClient, ListProjectsCommand } from "@aws-sdk/client-codebuild";
import { ListHostedZonesCommand, Route53Client } from "@aws-sdk/client-route-53";
import { CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import {
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import { DescribeRepositoriesCommand, ECRClient } from "@aws-sdk/client-ecr";
import { ECSClient, ListClustersCommand, ListTaskDefinitionsCommand } from "@aws-sdk/client-ecs";
import { EventBridgeClient, ListEventBusesCommand, ListRulesCommand } from "@aws-sdk/client-eventbridge";
import { IAMClient, ListPoliciesCommand, ListRolesCommand } from "@aws-sdk/client-iam";
import { KMSClient, ListAliasesCommand } from "@aws-sdk/client-kms";
import { LambdaClient, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { ListSchedulesCommand, SchedulerClient } from "@aws-sdk/client-scheduler";
import { ListSecretsCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { ListTopicsCommand, SNSClient } from "@aws-sdk/client-sns";
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { DescribeParametersCommand, SSMClient } from "@aws-sdk/client-ssm";
import { LOCAL_REGION } from "@slipway/local";

/** Settings that make a client act in one account of the emulator. */
export const inAccount = (account: string) => ({
  region: LOCAL_REGION,
  credentials: { accessKeyId: account, secretAccessKey: "local" },
});

type Lister = (account: string) => Promise<readonly (string | undefined)[]>;

/** One way to list each kind of thing that a stack of ours can leave behind. */
const LISTERS: Readonly<Record<string, Lister>> = {
  alarm: async (account) =>
    (await new CloudWatchClient(inAccount(account)).send(new DescribeAlarmsCommand({}))).MetricAlarms?.map(
      ({ AlarmName }) => AlarmName,
    ) ?? [],
  alias: async (account) =>
    (await new KMSClient(inAccount(account)).send(new ListAliasesCommand({}))).Aliases?.map(
      ({ AliasName }) => AliasName,
    ) ?? [],
  API: async (account) =>
    (await new ApiGatewayV2Client(inAccount(account)).send(new GetApisCommand({}))).Items?.map(({ Name }) => Name) ??
    [],
  bucket: async (account) =>
    (await new S3Client({ ...inAccount(account), forcePathStyle: true }).send(new ListBucketsCommand({}))).Buckets?.map(
      ({ Name }) => Name,
    ) ?? [],
  certificate: async (account) =>
    (
      await new ACMClient({ ...inAccount(account), region: "us-east-1" }).send(new ListCertificatesCommand({}))
    ).CertificateSummaryList?.map(({ DomainName }) => DomainName) ?? [],
  cluster: async (account) =>
    (await new ECSClient(inAccount(account)).send(new ListClustersCommand({}))).clusterArns ?? [],
  distribution: async (account) =>
    (
      await new CloudFrontClient(inAccount(account)).send(new ListDistributionsCommand({}))
    ).DistributionList?.Items?.map(({ Comment }) => Comment) ?? [],
  "event bus": async (account) =>
    (await new EventBridgeClient(inAccount(account)).send(new ListEventBusesCommand({}))).EventBuses?.map(
      ({ Name }) => Name,
    ) ?? [],
  "event rule": async (account) =>
    (await new EventBridgeClient(inAccount(account)).send(new ListRulesCommand({}))).Rules?.map(({ Name }) => Name) ??
    [],
  function: async (account) =>
    (await new LambdaClient(inAccount(account)).send(new ListFunctionsCommand({}))).Functions?.map(
      ({ FunctionName }) => FunctionName,
    ) ?? [],
  "log group": async (account) =>
    (await new CloudWatchLogsClient(inAccount(account)).send(new DescribeLogGroupsCommand({}))).logGroups?.map(
      ({ logGroupName }) => logGroupName,
    ) ?? [],
  "hosted zone": async (account) =>
    (await new Route53Client(inAccount(account)).send(new ListHostedZonesCommand({}))).HostedZones?.map(
      ({ Name }) => Name,
    ) ?? [],
  parameter: async (account) =>
    (await new SSMClient(inAccount(account)).send(new DescribeParametersCommand({}))).Parameters?.map(
      ({ Name }) => Name,
    ) ?? [],
  policy: async (account) =>
    (await new IAMClient(inAccount(account)).send(new ListPoliciesCommand({ Scope: "Local" }))).Policies?.map(
      ({ PolicyName }) => PolicyName,
    ) ?? [],
  project: async (account) =>
    (await new CodeBuildClient(inAccount(account)).send(new ListProjectsCommand({}))).projects ?? [],
  queue: async (account) => (await new SQSClient(inAccount(account)).send(new ListQueuesCommand({}))).QueueUrls ?? [],
  repository: async (account) =>
    (await new ECRClient(inAccount(account)).send(new DescribeRepositoriesCommand({}))).repositories?.map(
      ({ repositoryName }) => repositoryName,
    ) ?? [],
  role: async (account) =>
    (await new IAMClient(inAccount(account)).send(new ListRolesCommand({}))).Roles?.map(({ RoleName }) => RoleName) ??
    [],
  schedule: async (account) =>
    (await new SchedulerClient(inAccount(account)).send(new ListSchedulesCommand({}))).Schedules?.map(
      ({ Name }) => Name,
    ) ?? [],
  secret: async (account) =>
    (await new SecretsManagerClient(inAccount(account)).send(new ListSecretsCommand({}))).SecretList?.map(
      ({ Name }) => Name,
    ) ?? [],
  "security group": async (account) =>
    (await new EC2Client(inAccount(account)).send(new DescribeSecurityGroupsCommand({}))).SecurityGroups?.map(
      ({ GroupId }) => GroupId,
    ) ?? [],
  subnet: async (account) =>
    (await new EC2Client(inAccount(account)).send(new DescribeSubnetsCommand({}))).Subnets?.map(
      ({ SubnetId }) => SubnetId,
    ) ?? [],
  table: async (account) =>
    (await new DynamoDBClient(inAccount(account)).send(new ListTablesCommand({}))).TableNames ?? [],
  "task definition": async (account) =>
    (await new ECSClient(inAccount(account)).send(new ListTaskDefinitionsCommand({}))).taskDefinitionArns ?? [],
  topic: async (account) =>
    (await new SNSClient(inAccount(account)).send(new ListTopicsCommand({}))).Topics?.map(({ TopicArn }) => TopicArn) ??
    [],
  vpc: async (account) =>
    (await new EC2Client(inAccount(account)).send(new DescribeVpcsCommand({}))).Vpcs?.map(({ VpcId }) => VpcId) ?? [],
};

/** Everything that exists in an account, as sorted lines `kind name`. */
export async function inventory(account: string): Promise<readonly string[]> {
  const kinds = await Promise.all(
    Object.entries(LISTERS).map(async ([kind, list]) => (await list(account)).map((name) => `${kind} ${name}`)),
  );
  return kinds.flat().sort();
}
