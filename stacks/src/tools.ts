import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument } from "@slipway/core";
import { observerRoleArn, ReleaseTracker } from "@slipway/release-tracker";
import { PROJECT_ID, RELEASE_ENVIRONMENTS, SERVICES } from "./config";

/** What the tools stack takes from `Pulumi.tools.yaml`. */
export interface ToolsSettings {
  /** Account of each environment, 12 digits. */
  readonly accounts: Readonly<Record<string, string>>;
  /** Whether tables and images refuse deletion. */
  readonly protect: boolean;
}

/** The stack `tools`: image repositories that the environments pull from, and the release tracker. */
export function tools({ accounts, protect }: ToolsSettings) {
  const repositories = SERVICES.map((service) => createRepository(service, Object.values(accounts), protect));
  const tracker = new ReleaseTracker(PROJECT_ID, {
    projectId: PROJECT_ID,
    environments: RELEASE_ENVIRONMENTS.map((id) => ({ id, ...rolesIn(id, accounts[id]) })),
    repositoryArns: repositories.map(({ arn }) => arn),
    imageReaders: Object.values(accounts),
    protect,
  });
  return {
    releasesTable: tracker.releasesTable,
    deploymentsTable: tracker.deploymentsTable,
    eventBus: tracker.eventBus,
    publisherPolicyArn: tracker.publisherPolicyArn,
    deployerPolicyArn: tracker.deployerPolicyArn,
    readerPolicyArn: tracker.readerPolicyArn,
    imageReaderRoleArn: tracker.imageReaderRoleArn,
    driftFunctionName: tracker.driftFunctionName,
    repositories: Object.fromEntries(SERVICES.map((service, index) => [service, repositories[index]?.repositoryUrl])),
  };
}

const rolesIn = (environmentId: string, account: string | undefined) =>
  account === undefined
    ? {}
    : {
        deployerRoleArn: `arn:aws:iam::${account}:role/slipway-deployer`,
        observerRoleArn: observerRoleArn(account, PROJECT_ID, environmentId),
      };

function createRepository(service: string, pullers: readonly string[], protect: boolean): aws.ecr.Repository {
  const repository = new aws.ecr.Repository(service, {
    // Build jobs push to it by this name.
    name: `${PROJECT_ID}/${service}`,
    imageTagMutability: "IMMUTABLE",
    imageScanningConfiguration: { scanOnPush: true },
    forceDelete: !protect,
  });
  const pull = policyDocument({
    Sid: "PulledByEnvironments",
    Effect: "Allow",
    Principal: { AWS: pullers.map((account) => `arn:aws:iam::${account}:root`) },
    Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
  });
  new aws.ecr.RepositoryPolicy(
    service,
    { repository: repository.name, policy: JSON.stringify(pull) },
    { parent: repository },
  );
  return repository;
}

/** Reads what the tools stack needs from its settings file. */
export function toolsSettings(config = new pulumi.Config()): ToolsSettings {
  return {
    accounts: config.requireObject<Record<string, string>>("accounts"),
    protect: config.getBoolean("protect") ?? true,
  };
}
