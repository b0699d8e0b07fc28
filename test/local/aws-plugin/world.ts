import * as pulumi from "@pulumi/pulumi";
import { AnyResource } from "./stack";

/** What the resources under test need around them. */
export interface World {
  readonly roleArn: pulumi.Output<string>;
  readonly roleName: pulumi.Output<string>;
  readonly otherRoleName: pulumi.Output<string>;
  readonly policyArn: pulumi.Output<string>;
  readonly otherPolicyArn: pulumi.Output<string>;
  readonly vpcId: pulumi.Output<string>;
  readonly otherVpcId: pulumi.Output<string>;
  readonly subnetId: pulumi.Output<string>;
  readonly otherSubnetId: pulumi.Output<string>;
  readonly gatewayId: pulumi.Output<string>;
  readonly routeTableId: pulumi.Output<string>;
  readonly otherRouteTableId: pulumi.Output<string>;
  readonly groupId: pulumi.Output<string>;
  readonly ruledGroupId: pulumi.Output<string>;
  readonly otherRuledGroupId: pulumi.Output<string>;
  readonly repositoryName: pulumi.Output<string>;
  readonly otherRepositoryName: pulumi.Output<string>;
  readonly clusterArn: pulumi.Output<string>;
  readonly taskDefinitionArn: pulumi.Output<string>;
  readonly otherTaskDefinitionArn: pulumi.Output<string>;
  readonly queueUrl: pulumi.Output<string>;
  readonly queueArn: pulumi.Output<string>;
  readonly otherQueueUrl: pulumi.Output<string>;
  readonly otherQueueArn: pulumi.Output<string>;
  readonly topicArn: pulumi.Output<string>;
  readonly otherTopicArn: pulumi.Output<string>;
  readonly functionName: pulumi.Output<string>;
  readonly functionArn: pulumi.Output<string>;
  readonly otherFunctionName: pulumi.Output<string>;
  readonly busName: pulumi.Output<string>;
  readonly ruleName: pulumi.Output<string>;
  readonly otherRuleName: pulumi.Output<string>;
  readonly keyId: pulumi.Output<string>;
  readonly otherKeyId: pulumi.Output<string>;
  readonly bucketName: pulumi.Output<string>;
  readonly otherBucketName: pulumi.Output<string>;
  readonly apiId: pulumi.Output<string>;
  readonly otherApiId: pulumi.Output<string>;
  readonly logGroupArn: pulumi.Output<string>;
  readonly tableName: pulumi.Output<string>;
  readonly otherTableName: pulumi.Output<string>;
  readonly logGroupName: pulumi.Output<string>;
  readonly bucketDomain: pulumi.Output<string>;
  readonly originAccessControlId: pulumi.Output<string>;
  readonly headersPolicyId: pulumi.Output<string>;
  readonly edgeFunctionArn: pulumi.Output<string>;
  readonly certificateArn: pulumi.Output<string>;
  readonly otherCertificateArn: pulumi.Output<string>;
  readonly zoneId: pulumi.Output<string>;
  readonly otherZoneId: pulumi.Output<string>;
}

/** A policy document with one statement. */
export function policy(statement: Record<string, unknown>): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
}

/** Lets a service assume a role. */
export function trust(...services: string[]): string {
  return policy({ Action: "sts:AssumeRole", Principal: { Service: services } });
}

/** One container, as the JSON text of a task definition. */
export function containers(version: string): string {
  return JSON.stringify([{ name: "main", image: `example.invalid/main:${version}`, essential: true }]);
}

/** The code of a Lambda function that answers `version`. */
export function code(version: string): pulumi.asset.Archive {
  const source = `exports.handler = async () => ${JSON.stringify(version)};`;
  return new pulumi.asset.AssetArchive({ "index.js": new pulumi.asset.StringAsset(source) });
}

const allow = (action: string): string => policy({ Action: action, Resource: "*" });

function identities() {
  const role = new AnyResource("aws:iam/role:Role", "world", { assumeRolePolicy: trust("lambda.amazonaws.com") }, [
    "arn",
  ]);
  const otherRole = new AnyResource("aws:iam/role:Role", "world-other", {
    assumeRolePolicy: trust("lambda.amazonaws.com"),
  });
  const managed = new AnyResource("aws:iam/policy:Policy", "world", { policy: allow("sqs:*") }, ["arn"]);
  const otherManaged = new AnyResource("aws:iam/policy:Policy", "world-other", { policy: allow("sns:*") }, ["arn"]);
  return {
    roleArn: role.output("arn"),
    roleName: role.id,
    otherRoleName: otherRole.id,
    policyArn: managed.output("arn"),
    otherPolicyArn: otherManaged.output("arn"),
  };
}

function network() {
  const vpc = new AnyResource("aws:ec2/vpc:Vpc", "world", { cidrBlock: "10.10.0.0/16" });
  const otherVpc = new AnyResource("aws:ec2/vpc:Vpc", "world-other", { cidrBlock: "10.11.0.0/16" });
  const inVpc = { vpcId: vpc.id };
  const groupToken = "aws:ec2/securityGroup:SecurityGroup";
  const subnet = new AnyResource("aws:ec2/subnet:Subnet", "world", { ...inVpc, cidrBlock: "10.10.1.0/24" });
  const otherSubnet = new AnyResource("aws:ec2/subnet:Subnet", "world-other", { ...inVpc, cidrBlock: "10.10.2.0/24" });
  return {
    vpcId: vpc.id,
    otherVpcId: otherVpc.id,
    subnetId: subnet.id,
    otherSubnetId: otherSubnet.id,
    gatewayId: new AnyResource("aws:ec2/internetGateway:InternetGateway", "world", inVpc).id,
    routeTableId: new AnyResource("aws:ec2/routeTable:RouteTable", "world", inVpc).id,
    otherRouteTableId: new AnyResource("aws:ec2/routeTable:RouteTable", "world-other", inVpc).id,
    groupId: new AnyResource(groupToken, "world", inVpc).id,
    ruledGroupId: new AnyResource(groupToken, "world-ruled", inVpc).id,
    otherRuledGroupId: new AnyResource(groupToken, "world-ruled-other", inVpc).id,
  };
}

function containerThings() {
  const token = "aws:ecs/taskDefinition:TaskDefinition";
  const first = new AnyResource(token, "world", { family: "world", containerDefinitions: containers("1") }, ["arn"]);
  const second = new AnyResource(
    token,
    "world-other",
    { family: "world-other", containerDefinitions: containers("2") },
    ["arn"],
  );
  return {
    repositoryName: new AnyResource("aws:ecr/repository:Repository", "world", {}).id,
    otherRepositoryName: new AnyResource("aws:ecr/repository:Repository", "world-other", {}).id,
    clusterArn: new AnyResource("aws:ecs/cluster:Cluster", "world", {}).id,
    taskDefinitionArn: first.output("arn"),
    otherTaskDefinitionArn: second.output("arn"),
  };
}

function messaging() {
  const queue = new AnyResource("aws:sqs/queue:Queue", "world", {}, ["arn"]);
  const otherQueue = new AnyResource("aws:sqs/queue:Queue", "world-other", {}, ["arn"]);
  const bus = new AnyResource("aws:cloudwatch/eventBus:EventBus", "world", {});
  const rule = { eventBusName: bus.id, eventPattern: JSON.stringify({ source: ["world"] }) };
  const ruleToken = "aws:cloudwatch/eventRule:EventRule";
  const nameOf = (resource: AnyResource): pulumi.Output<string> => resource.output("name");
  return {
    queueUrl: queue.id,
    queueArn: queue.output("arn"),
    otherQueueUrl: otherQueue.id,
    otherQueueArn: otherQueue.output("arn"),
    topicArn: new AnyResource("aws:sns/topic:Topic", "world", {}).id,
    otherTopicArn: new AnyResource("aws:sns/topic:Topic", "world-other", {}).id,
    busName: bus.id,
    ruleName: nameOf(new AnyResource(ruleToken, "world", rule, ["name"])),
    otherRuleName: nameOf(new AnyResource(ruleToken, "world-other", rule, ["name"])),
  };
}

function functions(roleArn: pulumi.Output<string>) {
  const token = "aws:lambda/function:Function";
  const args = { role: roleArn, runtime: "nodejs20.x", handler: "index.handler", code: code("world") };
  const first = new AnyResource(token, "world", args, ["arn"]);
  return {
    functionName: first.id,
    functionArn: first.output("arn"),
    otherFunctionName: new AnyResource(token, "world-other", args).id,
    keyId: new AnyResource("aws:kms/key:Key", "world", {}).id,
    otherKeyId: new AnyResource("aws:kms/key:Key", "world-other", {}).id,
  };
}

function buckets() {
  const token = "aws:s3/bucket:Bucket";
  const first = new AnyResource(token, "world", {}, ["bucketRegionalDomainName"]);
  return {
    bucketName: first.id,
    bucketDomain: first.output("bucketRegionalDomainName"),
    otherBucketName: new AnyResource(token, "world-other", {}).id,
  };
}

function gateway() {
  const token = "aws:apigatewayv2/api:Api";
  const group = new AnyResource("aws:cloudwatch/logGroup:LogGroup", "world", {}, ["arn"]);
  return {
    apiId: new AnyResource(token, "world", { protocolType: "HTTP" }).id,
    otherApiId: new AnyResource(token, "world-other", { protocolType: "HTTP" }).id,
    logGroupArn: group.output("arn"),
    logGroupName: group.id,
  };
}

function tables() {
  const token = "aws:dynamodb/table:Table";
  const args = { billingMode: "PAY_PER_REQUEST", hashKey: "id", attributes: [{ name: "id", type: "S" }] };
  return {
    tableName: new AnyResource(token, "world", args).id,
    otherTableName: new AnyResource(token, "world-other", args).id,
  };
}

function delivery() {
  const oac = { originAccessControlOriginType: "s3", signingBehavior: "always", signingProtocol: "sigv4" };
  const headers = { securityHeadersConfig: { contentTypeOptions: { override: true } } };
  const edge = { code: "function handler(event) { return event.request; }", runtime: "cloudfront-js-2.0" };
  const [certificate, zone] = ["aws:acm/certificate:Certificate", "aws:route53/zone:Zone"];
  const issued = (name: string) => ({ domainName: name, validationMethod: "DNS", region: "us-east-1" });
  return {
    originAccessControlId: new AnyResource("aws:cloudfront/originAccessControl:OriginAccessControl", "world", oac).id,
    headersPolicyId: new AnyResource("aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy", "world", headers).id,
    edgeFunctionArn: new AnyResource("aws:cloudfront/function:Function", "world", edge, ["arn"]).output("arn"),
    certificateArn: new AnyResource(certificate, "world", issued("world.test")).id,
    otherCertificateArn: new AnyResource(certificate, "world-other", issued("other.test")).id,
    zoneId: new AnyResource(zone, "world", { name: "conformance.test" }).id,
    otherZoneId: new AnyResource(zone, "world-other", { name: "other.conformance.test" }).id,
  };
}

/** Makes the world in the running program. */
export function createWorld(): World {
  const people = identities();
  return {
    ...people,
    ...network(),
    ...containerThings(),
    ...messaging(),
    ...buckets(),
    ...functions(people.roleArn),
    ...gateway(),
    ...delivery(),
    ...tables(),
  };
}
