import type { AnyResourceType } from "../resource-type";
import { certificate } from "./acm/certificate";
import { certificateValidation } from "./acm/certificate-validation";
import { api } from "./apigatewayv2/api";
import { authorizer } from "./apigatewayv2/authorizer";
import { integration } from "./apigatewayv2/integration";
import { route } from "./apigatewayv2/route";
import { stage } from "./apigatewayv2/stage";
import { distribution } from "./cloudfront/distribution";
import { edgeFunction } from "./cloudfront/function";
import { originAccessControl } from "./cloudfront/origin-access-control";
import { responseHeadersPolicy } from "./cloudfront/response-headers-policy";
import { eventBus } from "./cloudwatch/event-bus";
import { eventRule } from "./cloudwatch/event-rule";
import { eventTarget } from "./cloudwatch/event-target";
import { logGroup } from "./cloudwatch/log-group";
import { metricAlarm } from "./cloudwatch/metric-alarm";
import { project } from "./codebuild/project";
import { table } from "./dynamodb/table";
import { tableItem } from "./dynamodb/table-item";
import { internetGateway } from "./ec2/internet-gateway";
import { routeTable } from "./ec2/route-table";
import { routeTableAssociation } from "./ec2/route-table-association";
import { securityGroup } from "./ec2/security-group";
import { subnet } from "./ec2/subnet";
import { vpc } from "./ec2/vpc";
import { repository } from "./ecr/repository";
import { repositoryPolicy } from "./ecr/repository-policy";
import { cluster } from "./ecs/cluster";
import { service } from "./ecs/service";
import { taskDefinition } from "./ecs/task-definition";
import { policy } from "./iam/policy";
import { role } from "./iam/role";
import { rolePolicy } from "./iam/role-policy";
import { rolePolicyAttachment } from "./iam/role-policy-attachment";
import { alias } from "./kms/alias";
import { key } from "./kms/key";
import { eventSourceMapping } from "./lambda/event-source-mapping";
import { lambdaFunction } from "./lambda/function";
import { functionEventInvokeConfig } from "./lambda/function-event-invoke-config";
import { invocation } from "./lambda/invocation";
import { permission } from "./lambda/permission";
import { record } from "./route53/record";
import { zone } from "./route53/zone";
import { bucket } from "./s3/bucket";
import { bucketLifecycleConfiguration } from "./s3/bucket-lifecycle-configuration";
import { bucketNotification } from "./s3/bucket-notification";
import { bucketOwnershipControls } from "./s3/bucket-ownership-controls";
import { bucketPolicy } from "./s3/bucket-policy";
import { bucketPublicAccessBlock } from "./s3/bucket-public-access-block";
import { bucketServerSideEncryptionConfiguration } from "./s3/bucket-server-side-encryption-configuration";
import { bucketVersioning } from "./s3/bucket-versioning";
import { schedule } from "./scheduler/schedule";
import { secret } from "./secretsmanager/secret";
import { topic } from "./sns/topic";
import { topicPolicy } from "./sns/topic-policy";
import { topicSubscription } from "./sns/topic-subscription";
import { queue } from "./sqs/queue";
import { queuePolicy } from "./sqs/queue-policy";
import { redriveAllowPolicy } from "./sqs/redrive-allow-policy";
import { parameter } from "./ssm/parameter";
import { securityGroupEgressRule, securityGroupIngressRule } from "./vpc/security-group-rule";

/** Every resource type that the stand-in has. A new one is a file and a line here. */
export const resourceTypes: readonly AnyResourceType[] = [
  alias,
  api,
  authorizer,
  bucket,
  bucketLifecycleConfiguration,
  bucketNotification,
  bucketOwnershipControls,
  bucketPolicy,
  bucketPublicAccessBlock,
  bucketServerSideEncryptionConfiguration,
  bucketVersioning,
  certificate,
  certificateValidation,
  cluster,
  distribution,
  edgeFunction,
  eventBus,
  eventRule,
  eventSourceMapping,
  eventTarget,
  functionEventInvokeConfig,
  integration,
  internetGateway,
  invocation,
  key,
  lambdaFunction,
  logGroup,
  metricAlarm,
  originAccessControl,
  parameter,
  permission,
  policy,
  project,
  queue,
  queuePolicy,
  record,
  redriveAllowPolicy,
  repository,
  repositoryPolicy,
  responseHeadersPolicy,
  role,
  rolePolicy,
  rolePolicyAttachment,
  route,
  routeTable,
  routeTableAssociation,
  schedule,
  secret,
  securityGroup,
  securityGroupEgressRule,
  securityGroupIngressRule,
  service,
  stage,
  subnet,
  table,
  tableItem,
  taskDefinition,
  topic,
  topicPolicy,
  topicSubscription,
  vpc,
  zone,
];
