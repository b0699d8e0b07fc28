import { CloudFrontClient, CreateOriginAccessControlCommand } from "@aws-sdk/client-cloudfront";
import { CreateHostedZoneCommand, Route53Client } from "@aws-sdk/client-route-53";
import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import { ENVIRONMENT } from "@slipway/static-site-pipeline/contract";
import type { SitesConnection } from "@slipway/static-site-pipeline/library";
import { randomUUID } from "node:crypto";
import { createSitesTable, settingsOf, SITES_ACCOUNT } from "./sites-table";

const settings = () => settingsOf(SITES_ACCOUNT);
const s3 = () => new S3Client({ ...settings(), forcePathStyle: true });
/** Queues of a ground, by what is behind them. */
export const QUEUES = ["executor", "deploy", "provision", "startTeardown", "teardown"] as const;

/** Everything that the component makes for all sites together. */
export async function createGround(zone: boolean): Promise<SitesConnection> {
  const mark = randomUUID().slice(0, 8);
  const sqs = new SQSClient(settings());
  const urls = await Promise.all(
    QUEUES.map(async (name) => {
      const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: `sites-${mark}-${name}` }));
      return [`${name}QueueUrl`, QueueUrl] as const;
    }),
  );
  const artefactBucket = `artefacts-${mark}`;
  await s3().send(new CreateBucketCommand({ Bucket: artefactBucket }));
  const versioned = { Bucket: artefactBucket, VersioningConfiguration: { Status: "Enabled" } } as const;
  await s3().send(new PutBucketVersioningCommand(versioned));
  const { OriginAccessControl } = await new CloudFrontClient(settings()).send(
    new CreateOriginAccessControlCommand({
      OriginAccessControlConfig: {
        Name: `sites-${mark}`,
        OriginAccessControlOriginType: "s3",
        SigningBehavior: "always",
        SigningProtocol: "sigv4",
      },
    }),
  );
  const baseDomain = `${mark}.example.org`;
  const { HostedZone } = zone
    ? await new Route53Client(settings()).send(new CreateHostedZoneCommand({ Name: baseDomain, CallerReference: mark }))
    : {};
  return {
    name: `sites-${mark}`,
    region: process.env["AWS_REGION"] ?? "eu-west-2",
    account: SITES_ACCOUNT,
    table: await createSitesTable(),
    eventBus: "default",
    ...(Object.fromEntries(urls) as Record<`${(typeof QUEUES)[number]}QueueUrl`, string>),
    artefactBucket,
    buildRoleArn: `arn:aws:iam::${SITES_ACCOUNT}:role/build`,
    ...(zone && { hostedZoneId: HostedZone?.Id?.split("/").at(-1) ?? "", baseDomain }),
    originAccessControlId: OriginAccessControl?.Id ?? "",
    bitbucketSecretPrefix: `slipway/${mark}/bitbucket/`,
    gitSecretPrefix: `slipway/${mark}/git/`,
  };
}

/** What the component tells a function of a ground. */
export const variablesOf = (ground: SitesConnection): Readonly<Record<string, string>> => ({
  [ENVIRONMENT.name]: ground.name,
  [ENVIRONMENT.account]: ground.account,
  [ENVIRONMENT.table]: ground.table,
  [ENVIRONMENT.eventBus]: ground.eventBus,
  [ENVIRONMENT.executorQueueUrl]: ground.executorQueueUrl,
  [ENVIRONMENT.deployQueueUrl]: ground.deployQueueUrl,
  [ENVIRONMENT.provisionQueueUrl]: ground.provisionQueueUrl,
  [ENVIRONMENT.startTeardownQueueUrl]: ground.startTeardownQueueUrl,
  [ENVIRONMENT.teardownQueueUrl]: ground.teardownQueueUrl,
  [ENVIRONMENT.artefactBucket]: ground.artefactBucket,
  [ENVIRONMENT.buildRoleArn]: ground.buildRoleArn,
  [ENVIRONMENT.originAccessControlId]: ground.originAccessControlId,
  [ENVIRONMENT.bitbucketSecretPrefix]: ground.bitbucketSecretPrefix,
  [ENVIRONMENT.gitSecretPrefix]: ground.gitSecretPrefix,
  ...(ground.hostedZoneId !== undefined && { [ENVIRONMENT.hostedZoneId]: ground.hostedZoneId }),
  ...(ground.baseDomain !== undefined && { [ENVIRONMENT.baseDomain]: ground.baseDomain }),
});
