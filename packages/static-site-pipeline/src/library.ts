import { S3Client } from "@aws-sdk/client-s3";
import { STSClient } from "@aws-sdk/client-sts";
import { realSleeper } from "@slipway/aws-runtime";
import { fixedIdentity, StsIdentity } from "@slipway/aws-runtime/identity";
import { SqsDeadLetters } from "@slipway/aws-runtime/queues";
import { S3SourceArchives } from "./adapters/s3-source-archives";
import { S3BuildOutputs } from "./adapters/s3-build-outputs";
import { S3ReleaseUploads } from "./adapters/release-uploads";
import { sitesMissing } from "./adapters/sqs-site-queues";
import { clientSettings, connectBase, s3Settings } from "./connections/base";
import { connectBuilds } from "./connections/builds";
import type { SitesConnection } from "./connections/connection";
import { connectEngine } from "./connections/engine";
import { connectInfrastructure } from "./connections/infrastructure";
import { createSiteClient, type ClientDependencies } from "./operations";
import type { SiteClient } from "./site-client";

export type { QueueConnection, SitesConnection } from "./connections/connection";
export type { SiteSettings, Status } from "./contract";
export { STATUSES } from "./contract";
export * from "./core/deploy-errors";
export * from "./core/errors";
export { statusDiagram, TRANSITIONS } from "./core/status";
export { createSiteClient } from "./operations";
export type { ClientDependencies } from "./operations";
export type * from "./site-client";

/** Who uses a client. */
export interface SiteClientOptions {
  /** Name for the records. @default of whom the ambient credentials belong to */
  readonly requestedBy?: string | undefined;
}

/** Opens the static sites of a component. Makes no request by itself. */
export const openSites = (connection: SitesConnection, options?: SiteClientOptions): SiteClient =>
  createSiteClient(connectSites(connection, options));

/** The dependencies of the operations on AWS; replace some of them to embed or to test. */
export function connectSites(connection: SitesConnection, { requestedBy }: SiteClientOptions = {}): ClientDependencies {
  const nothing = (): void => undefined;
  const telemetry = { metrics: { count: nothing }, log: { info: nothing, warn: nothing } };
  const base = connectBase(connection, process.env, telemetry);
  const s3 = new S3Client(s3Settings(connection));
  return {
    ...base,
    ...connectBuilds(connection, base),
    outputs: new S3BuildOutputs(s3, connection.artefactBucket, connection.account),
    deployer: connectEngine(connection),
    infrastructure: connectInfrastructure(connection, base),
    uploads: new S3ReleaseUploads(s3, connection.artefactBucket, connection.account),
    archives: new S3SourceArchives(s3, connection.sourceBuckets ?? [], connection.account),
    deadLetters: Object.fromEntries(
      Object.entries(connection.queues ?? {}).map(([name, { queueUrl, deadLetterQueueUrl }]) => [
        name,
        new SqsDeadLetters(base.sqs, deadLetterQueueUrl, queueUrl, sitesMissing),
      ]),
    ),
    identity:
      requestedBy === undefined
        ? new StsIdentity(new STSClient(clientSettings(connection)))
        : fixedIdentity({ id: requestedBy, name: requestedBy }),
    sleeper: realSleeper,
  };
}
