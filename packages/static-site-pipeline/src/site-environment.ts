import type * as pulumi from "@pulumi/pulumi";
import { DEFAULT_MAX_RECEIVES, ENVIRONMENT, webhookSecretVariable } from "./contract";
import type { Queues, SiteParts } from "./site-functions";
import type { StaticSitePipelineArgs } from "./static-site-pipeline";

type Variables = Record<string, pulumi.Input<string>>;

/** Names of secrets begin with it. */
export const secretPrefix = (sites: string, kind: "bitbucket" | "git"): string => `slipway/sites/${sites}/${kind}/`;

const given = (variables: Readonly<Record<string, pulumi.Input<string> | undefined>>): Variables =>
  Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );

/** The variables that all functions get: where the sites are. */
export function siteEnvironment(parts: SiteParts, queues: Queues): Variables {
  const { args, sites, home, table, artefacts, buildRole, buildLog, edge } = parts;
  return given({
    [ENVIRONMENT.name]: sites,
    [ENVIRONMENT.table]: table.name,
    [ENVIRONMENT.eventBus]: args.eventBusName ?? "default",
    [ENVIRONMENT.account]: home.apply(({ account }) => account),
    [ENVIRONMENT.executorQueueUrl]: queues.execute.queue.url,
    [ENVIRONMENT.deployQueueUrl]: queues.deploy.queue.url,
    [ENVIRONMENT.provisionQueueUrl]: queues.provision.queue.url,
    [ENVIRONMENT.startTeardownQueueUrl]: queues.startTeardown.queue.url,
    [ENVIRONMENT.teardownQueueUrl]: queues.teardown.queue.url,
    [ENVIRONMENT.maxReceives]: String(args.maxReceives ?? DEFAULT_MAX_RECEIVES),
    [ENVIRONMENT.artefactBucket]: artefacts.bucket,
    [ENVIRONMENT.buildRoleArn]: buildRole.arn,
    [ENVIRONMENT.buildImage]: args.buildImage,
    [ENVIRONMENT.buildLogGroup]: buildLog.name,
    [ENVIRONMENT.hostedZoneId]: args.hostedZoneId,
    [ENVIRONMENT.baseDomain]: args.baseDomain,
    [ENVIRONMENT.headersPolicyId]: edge.headersPolicy.id,
    [ENVIRONMENT.originAccessControlId]: edge.originAccessControl.id,
    [ENVIRONMENT.viewerFunctionArn]: edge.viewerFunction.arn,
    [ENVIRONMENT.previewFunctionArn]: edge.previewFunction.arn,
    [ENVIRONMENT.spaPreviewFunctionArn]: edge.spaPreviewFunction.arn,
    [ENVIRONMENT.githubAppSecret]: args.githubAppSecretArn,
    [ENVIRONMENT.bitbucketAppKey]: args.bitbucketAppKey,
    [ENVIRONMENT.bitbucketSecretPrefix]: secretPrefix(sites, "bitbucket"),
    [ENVIRONMENT.gitSecretPrefix]: secretPrefix(sites, "git"),
  });
}

/** The variables of the functions behind the HTTP API. */
export function webhookEnvironment(
  args: Pick<
    StaticSitePipelineArgs,
    "webhookSecretArns" | "githubAppWebhookSecretArn" | "bitbucketAppKey" | "bitbucketAccounts"
  >,
  publicUrl: pulumi.Output<string>,
): Variables {
  const secrets = Object.entries(args.webhookSecretArns ?? {});
  return given({
    ...Object.fromEntries(secrets.map(([provider, arn]) => [webhookSecretVariable(provider), arn])),
    [ENVIRONMENT.githubAppWebhookSecret]: args.githubAppWebhookSecretArn,
    [ENVIRONMENT.bitbucketAppKey]: args.bitbucketAppKey,
    [ENVIRONMENT.bitbucketAccounts]: args.bitbucketAccounts?.join(","),
    [ENVIRONMENT.publicUrl]: publicUrl,
  });
}
