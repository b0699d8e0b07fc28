import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arnParts, createPrivateBucket } from "@slipway/lambda";
import { createBuildEvents } from "./build-events";
import { bucketNameOf } from "./core/site-names";
import { artefactsPolicy, buildPolicy, trustBuilds, type SitesScope } from "./policies";
import { createSiteEdge } from "./site-edge";
import { secretPrefix } from "./site-environment";
import type { SiteParts } from "./site-functions";
import { createSitesTable } from "./sites-store";
import type { StaticSitePipelineArgs } from "./static-site-pipeline";

const DEFAULT_ARTEFACT_DAYS = 30;
const DEFAULT_LOG_DAYS = 30;

/** Creates what the functions need to be there. */
export function createParts(
  name: string,
  sites: string,
  args: StaticSitePipelineArgs,
  parent: pulumi.Resource,
): SiteParts {
  const guarded = args.protect ?? true;
  const table = createSitesTable(name, guarded, parent);
  // The program need not ask AWS for its own account and region: the table tells.
  const home = table.arn.apply(arnParts);
  const { artefactDays: days = DEFAULT_ARTEFACT_DAYS } = args;
  const artefacts = createPrivateBucket(
    `${name}-artefacts`,
    { guarded, policy: artefactsPolicy, expiry: { "builds/": days, "releases/": days } },
    parent,
  );
  const buildLog = new aws.cloudwatch.LogGroup(
    `${name}-build-log`,
    { retentionInDays: args.buildLogRetentionDays ?? DEFAULT_LOG_DAYS },
    { parent },
  );
  const buildRole = new aws.iam.Role(
    `${name}-build-role`,
    { assumeRolePolicy: pulumi.jsonStringify(home.apply((place) => trustBuilds({ ...place, sites }))) },
    { parent },
  );
  const scope = scopeOf(args, sites, { home, table, artefacts, buildRole, buildLog });
  new aws.iam.RolePolicy(
    `${name}-build-grants`,
    { role: buildRole.name, policy: pulumi.jsonStringify(scope.apply(buildPolicy)) },
    { parent },
  );
  return {
    args,
    sites,
    home,
    scope,
    table,
    artefacts,
    buildRole,
    buildLog,
    edge: createSiteEdge(name, { contentSecurityPolicy: args.contentSecurityPolicy }, parent),
    buildTopic: createBuildEvents(name, sites, parent),
    pushRule: args.codePush === true ? createPushRule(name, args, parent) : undefined,
  };
}

/** What the policies are about. */
function scopeOf(
  args: StaticSitePipelineArgs,
  sites: string,
  made: Pick<SiteParts, "home" | "table" | "artefacts" | "buildRole" | "buildLog">,
): pulumi.Output<SitesScope> {
  const { webhookSecretArns = {}, githubAppSecretArn: app, githubAppWebhookSecretArn: appWebhook } = args;
  return pulumi
    .output({
      home: made.home,
      tableArn: made.table.arn,
      artefactsArn: made.artefacts.arn,
      buildRoleArn: made.buildRole.arn,
      buildLogGroupArn: made.buildLog.arn,
      hostedZoneId: args.hostedZoneId,
      webhookSecretArns: [...Object.values(webhookSecretArns), ...(appWebhook === undefined ? [] : [appWebhook])],
      appSecretArns: app === undefined ? [] : [app],
      sourceSecretArns: args.sourceSecretArns ?? [],
      sourceBucketArns: args.sourceBucketArns ?? [],
    })
    .apply(({ home, appSecretArns, sourceSecretArns, ...arns }) => ({
      ...arns,
      ...home,
      sites,
      bucketPrefix: bucketNameOf({ name: sites, ...home }, ""),
      sourceSecretArns: [...sourceSecretArns, ...appSecretArns],
      eventBusArn: `arn:${home.partition}:events:${home.region}:${home.account}:event-bus/${args.eventBusName ?? "default"}`,
      bitbucketSecretPrefix: secretPrefix(sites, "bitbucket"),
      gitSecretPrefix: secretPrefix(sites, "git"),
    }));
}

/** A rule's bus, where it is not the default one. */
export const busOf = ({ eventBusName }: StaticSitePipelineArgs) => (eventBusName === undefined ? {} : { eventBusName });

/** What code push tells goes to the executor as it is. */
const createPushRule = (name: string, args: StaticSitePipelineArgs, parent: pulumi.Resource) =>
  new aws.cloudwatch.EventRule(
    `${name}-pushes`,
    {
      ...busOf(args),
      description: `What code push archived, and which branches are gone, for the sites of ${name}`,
      eventPattern: JSON.stringify({
        source: ["slipway.code-push"],
        "detail-type": ["Source Pushed", "Source Removed"],
      }),
    },
    { parent },
  );
