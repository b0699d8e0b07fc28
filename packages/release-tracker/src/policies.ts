import { allow, policyDocument, type PolicyDocument } from "@slipway/core";

/** An environment as policies see it. */
export interface PolicyEnvironment {
  readonly id: string;
  /** Role with which this environment's stack is deployed, when it is not the deployer's own account. */
  readonly deployerRoleArn?: string | undefined;
  /** Role with which the drift reconciler looks at the environment. */
  readonly observerRoleArn?: string | undefined;
}

/** What the policies of one tracker are about. */
export interface PolicyScope {
  readonly partition: string;
  readonly region: string;
  /** 12 digits. */
  readonly account: string;
  readonly projectId: string;
  readonly releasesTableArn: string;
  readonly deploymentsTableArn: string;
  readonly eventBusArn: string;
  /** ECR repositories of the project's images. */
  readonly repositoryArns: readonly string[];
  /** Labels that publishers may write. */
  readonly publisherLabels: readonly string[];
  readonly environments: readonly PolicyEnvironment[];
}

const parametersOf = ({ partition, region, account, projectId }: PolicyScope, labels: readonly string[]) =>
  labels.map((label) => `arn:${partition}:ssm:${region}:${account}:parameter/${projectId}/images/${label}`);
const anyImage = (scope: PolicyScope) => parametersOf(scope, ["*"]);
const imagesUnder = (scope: PolicyScope, labels: readonly string[]) =>
  parametersOf(
    scope,
    labels.map((label) => `${label}/*`),
  );
const environmentLabels = (scope: PolicyScope) =>
  imagesUnder(
    scope,
    scope.environments.map(({ id }) => id),
  );
const tables = ({ releasesTableArn, deploymentsTableArn }: PolicyScope) => [releasesTableArn, deploymentsTableArn];
const known = (arns: readonly (string | undefined)[]) => arns.filter((arn) => arn !== undefined);

const listLabels = () => allow("ListLabels", ["ssm:DescribeParameters"], ["*"]);
const readLabels = (scope: PolicyScope) =>
  allow("ReadLabels", ["ssm:GetParameters", "ssm:GetParametersByPath"], anyImage(scope));
const readRecords = (scope: PolicyScope) => allow("ReadRecords", ["dynamodb:GetItem"], tables(scope));
const listRecords = (scope: PolicyScope) =>
  allow(
    "ListRecords",
    ["dynamodb:Query"],
    tables(scope).flatMap((table) => [table, `${table}/index/*`]),
  );
const resolveImages = ({ repositoryArns }: PolicyScope) =>
  allow("ResolveImages", ["ecr:BatchGetImage", "ecr:DescribeImages"], repositoryArns);
const publishEvents = ({ eventBusArn }: PolicyScope) => allow("PublishEvents", ["events:PutEvents"], [eventBusArn]);

/** For build jobs: put images under the labels that are theirs. Labels of environments are the deployer's. */
export const publisherPolicy = (scope: PolicyScope): PolicyDocument =>
  policyDocument(
    ...allow("ReadOwnLabels", ["ssm:GetParameters"], imagesUnder(scope, scope.publisherLabels)),
    ...allow("PublishImages", ["ssm:PutParameter"], imagesUnder(scope, scope.publisherLabels)),
    ...publishEvents(scope),
  );

/** For whoever releases: prepare, deploy, roll back, reject, pin; and reach the environments' own deployer roles. */
export const deployerPolicy = (scope: PolicyScope): PolicyDocument =>
  policyDocument(
    ...listLabels(),
    ...readLabels(scope),
    ...allow("WriteEnvironmentLabels", ["ssm:PutParameter"], environmentLabels(scope)),
    ...allow("RemoveEnvironmentLabels", ["ssm:DeleteParameters"], environmentLabels(scope)),
    ...readRecords(scope),
    ...listRecords(scope),
    ...allow("WriteReleases", ["dynamodb:PutItem", "dynamodb:UpdateItem"], [scope.releasesTableArn]),
    ...allow(
      "WriteDeployments",
      ["dynamodb:ConditionCheckItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
      [scope.deploymentsTableArn],
    ),
    ...allow("RemovePins", ["dynamodb:DeleteItem"], [scope.deploymentsTableArn]),
    ...resolveImages(scope),
    ...publishEvents(scope),
    ...allow(
      "ReachEnvironments",
      ["sts:AssumeRole"],
      known(scope.environments.map(({ deployerRoleArn }) => deployerRoleArn)),
    ),
  );

/** For people and dashboards: see releases, deployments and labels. */
export const readerPolicy = (scope: PolicyScope): PolicyDocument =>
  policyDocument(
    ...listLabels(),
    ...readLabels(scope),
    ...readRecords(scope),
    ...listRecords(scope),
    ...resolveImages(scope),
  );

/** For the drift reconciler: read labels and records, look at the environments, tell what it found. */
export const driftPolicy = (scope: PolicyScope): PolicyDocument =>
  policyDocument(
    ...listLabels(),
    ...allow("ReadEnvironmentLabels", ["ssm:GetParameters"], environmentLabels(scope)),
    ...allow("ReadLeases", ["dynamodb:GetItem"], [scope.deploymentsTableArn]),
    ...allow("ListDeployments", ["dynamodb:Query"], [scope.deploymentsTableArn]),
    ...publishEvents(scope),
    ...allow(
      "ObserveEnvironments",
      ["sts:AssumeRole"],
      known(scope.environments.map(({ observerRoleArn }) => observerRoleArn)),
    ),
  );

/** For environment stacks of other accounts: read the labels, nothing else. */
export const imageReaderPolicy = (scope: PolicyScope): PolicyDocument =>
  policyDocument(...allow("ReadLabels", ["ssm:GetParametersByPath"], anyImage(scope)));

/** Lets exactly these principals (account ids or ARNs) assume a role. */
export const trustPrincipals = (principals: readonly string[]): PolicyDocument =>
  policyDocument({
    Sid: "AssumedByNamedPrincipals",
    Effect: "Allow",
    Principal: { AWS: principals },
    Action: ["sts:AssumeRole"],
  });

/** For the drift reconciler in an environment's account: see what the services of one cluster run. */
export function observerPolicy(clusterArn: string): PolicyDocument {
  const below = (kind: string) => `${clusterArn.replace(":cluster/", `:${kind}/`)}/*`;
  return policyDocument(
    ...allow("SeeServices", ["ecs:DescribeServices"], [below("service")]),
    ...allow("SeeTasks", ["ecs:DescribeTasks"], [below("task")]),
    {
      // ListTasks and DescribeTaskDefinition take no resource of a service: only the cluster narrows the first.
      Sid: "ListTasks",
      Effect: "Allow",
      Action: ["ecs:ListTasks"],
      Resource: ["*"],
      Condition: { ArnEquals: { "ecs:cluster": clusterArn } },
    },
    ...allow("SeeTaskDefinitions", ["ecs:DescribeTaskDefinition"], ["*"]),
  );
}
