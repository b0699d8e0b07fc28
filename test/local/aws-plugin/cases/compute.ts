import type * as aws from "@pulumi/aws";
import type { ConformanceCase } from "../conformance-case";
import { code, containers } from "../world";

const cluster: ConformanceCase<aws.ecs.ClusterArgs> = {
  token: "aws:ecs/cluster:Cluster",
  args: () => ({ settings: [{ name: "containerInsights", value: "disabled" }], tags: { kind: "conformance" } }),
  updateWith: () => ({ settings: [{ name: "containerInsights", value: "enabled" }], tags: { kind: "changed" } }),
  replaceWith: () => ({ name: "conformance-replaced" }),
  importId: ({ name }) => String(name),
};

const taskDefinition: ConformanceCase<aws.ecs.TaskDefinitionArgs> = {
  token: "aws:ecs/taskDefinition:TaskDefinition",
  args: ({ roleArn }) => ({
    family: "conformance",
    containerDefinitions: containers("1"),
    cpu: "256",
    memory: "512",
    networkMode: "awsvpc",
    requiresCompatibilities: ["FARGATE"],
    executionRoleArn: roleArn,
    taskRoleArn: roleArn,
    tags: { kind: "conformance" },
  }),
  updateWith: () => ({ tags: { kind: "changed" } }),
  replaceWith: () => ({ containerDefinitions: containers("2") }),
  importId: ({ arn }) => String(arn),
};

const service: ConformanceCase<aws.ecs.ServiceArgs> = {
  token: "aws:ecs/service:Service",
  args: ({ clusterArn, taskDefinitionArn, subnetId, groupId }) => ({
    cluster: clusterArn,
    taskDefinition: taskDefinitionArn,
    desiredCount: 0,
    launchType: "FARGATE",
    deploymentCircuitBreaker: { enable: true, rollback: true },
    networkConfiguration: { subnets: [subnetId], securityGroups: [groupId], assignPublicIp: true },
    waitForSteadyState: true,
    tags: { kind: "conformance" },
  }),
  updateWith: () => ({ deploymentMinimumHealthyPercent: 50, enableExecuteCommand: true, tags: { kind: "changed" } }),
  replaceWith: () => ({ launchType: "EC2" }),
  importId: ({ id }) => String(id).split("/").slice(1).join("/"),
};

const lambdaFunction: ConformanceCase<aws.lambda.FunctionArgs> = {
  token: "aws:lambda/function:Function",
  args: ({ roleArn, queueArn }) => ({
    role: roleArn,
    runtime: "nodejs20.x",
    handler: "index.handler",
    code: code("1"),
    deadLetterConfig: { targetArn: queueArn },
    environment: { variables: { STAGE: "first" } },
    tags: { kind: "conformance" },
  }),
  updateWith: () => ({
    code: code("2"),
    environment: { variables: { STAGE: "second", MORE: "yes" } },
    timeout: 30,
    memorySize: 256,
    loggingConfig: { logFormat: "JSON", applicationLogLevel: "INFO", systemLogLevel: "WARN" },
    tags: { kind: "changed" },
  }),
  replaceWith: () => ({ name: "conformance-replaced" }),
  notImported: ["code"],
};

const permission: ConformanceCase<aws.lambda.PermissionArgs> = {
  token: "aws:lambda/permission:Permission",
  args: ({ functionName, topicArn }) => ({
    function: functionName,
    action: "lambda:InvokeFunction",
    principal: "sns.amazonaws.com",
    sourceArn: topicArn,
  }),
  replaceWith: ({ otherFunctionName }) => ({ function: otherFunctionName }),
  importId: ({ function: name, statementId }) => `${name}/${statementId}`,
};

const invokeConfig: ConformanceCase<aws.lambda.FunctionEventInvokeConfigArgs> = {
  token: "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
  args: ({ functionName, queueArn }) => ({
    functionName,
    maximumRetryAttempts: 1,
    destinationConfig: { onFailure: { destination: queueArn } },
  }),
  updateWith: () => ({ maximumRetryAttempts: 0, maximumEventAgeInSeconds: 3600 }),
  replaceWith: ({ otherFunctionName }) => ({ functionName: otherFunctionName }),
};

const mapping: ConformanceCase<aws.lambda.EventSourceMappingArgs> = {
  token: "aws:lambda/eventSourceMapping:EventSourceMapping",
  args: ({ functionName, queueArn }) => ({
    functionName,
    eventSourceArn: queueArn,
    batchSize: 5,
    functionResponseTypes: ["ReportBatchItemFailures"],
    tags: { kind: "conformance" },
  }),
  updateWith: () => ({ batchSize: 10, enabled: false, scalingConfig: { maximumConcurrency: 2 } }),
  replaceWith: ({ otherQueueArn }) => ({ eventSourceArn: otherQueueArn }),
};

const invocation: ConformanceCase<aws.lambda.InvocationArgs> = {
  token: "aws:lambda/invocation:Invocation",
  args: ({ functionName }) => ({ functionName, input: JSON.stringify({ wish: 1 }), lifecycleScope: "CRUD" }),
  updateWith: () => ({ input: JSON.stringify({ wish: 2 }) }),
  replaceWith: ({ otherFunctionName }) => ({ functionName: otherFunctionName }),
  importId: ({ id }) => String(id).replaceAll("_", ","),
  immaterial: true,
};

/** Cases of the compute types. */
export const computeCases: readonly ConformanceCase[] = [
  cluster,
  taskDefinition,
  service,
  lambdaFunction,
  permission,
  invokeConfig,
  mapping,
  invocation,
];
