import * as aws from "@pulumi/aws";
import { policyDocument } from "@slipway/core";
import { observerRoleArn, ReleaseTracker } from "@slipway/release-tracker";
import { createCodePush, type CodePushSettings } from "./code-push";
import { EGRESS_IMAGES, ENVIRONMENTS, PROJECT_ID, RELEASE_ENVIRONMENTS, SERVICES } from "./config";
import { accountOf, deployerRoleArn, type Accounts } from "./settings";
import { createStaticSites, type StaticSitesSettings } from "./static-sites";

/** What the tools stack takes from its settings. */
export interface ToolsSettings {
  readonly accounts: Accounts;
  /** Whether tables, images and archives refuse deletion. */
  readonly protect: boolean;
  /** Repositories whose pushes are archived. @default none */
  readonly codePush?: CodePushSettings | undefined;
  /** Static sites, by default without a domain and without webhooks. @default {} */
  readonly staticSites?: StaticSitesSettings | undefined;
}

/**
 * The stack `tools`: image repositories that the environments pull from, the release tracker, archives of what is pushed,
 * static sites.
 */
export function tools({ accounts, protect, codePush, staticSites = {} }: ToolsSettings) {
  const readers = Object.keys(ENVIRONMENTS).map((name) => accountOf(accounts, name));
  const repositories = SERVICES.map((service) => createRepository(service, readers, protect));
  const tracker = new ReleaseTracker(PROJECT_ID, {
    projectId: PROJECT_ID,
    environments: RELEASE_ENVIRONMENTS.map((id) => ({ id, ...rolesIn(id, accountOf(accounts, id)) })),
    repositoryArns: repositories.map(({ arn }) => arn),
    imageReaders: readers,
    protect,
  });
  const egressImages = createRepository(EGRESS_IMAGES, readers, protect);
  const source = createCodePush(codePush, protect);
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
    egressImages: egressImages.repositoryUrl,
    ...source,
    ...createStaticSites(staticSites, { protect, archiveBucket: source.codePush?.bucket.name }),
  };
}

const rolesIn = (environmentId: string, account: string) => ({
  deployerRoleArn: deployerRoleArn(account),
  observerRoleArn: observerRoleArn(account, PROJECT_ID, environmentId),
});

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
