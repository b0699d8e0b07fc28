import { CloudFrontClient } from "@aws-sdk/client-cloudfront";
import { S3Client } from "@aws-sdk/client-s3";
import { processStopwatch, randomIds, realSleeper, systemClock } from "@slipway/aws-runtime";
import type { Clock } from "@slipway/core";
import { CloudFrontDistribution } from "../adapters/cloudfront-distribution";
import { S3SiteStore } from "../adapters/s3-site-store";
import { S3ZipReader } from "../adapters/s3-site-zip";
import { DEPLOY_DEFAULTS } from "../operations/deploy-dependencies";
import { createSiteDeployer } from "../operations/site-engine";
import { clientSettings, s3Settings } from "./base";
import type { SitesConnection } from "./connection";

/** The deploy engine. @param clock What the ages of releases and previews are measured with. */
export function connectEngine(connection: SitesConnection, clock: Clock = systemClock) {
  const { account } = connection;
  const [s3, cloudfront] = [new S3Client(s3Settings(connection)), new CloudFrontClient(clientSettings(connection))];
  return createSiteDeployer({
    account,
    zips: new S3ZipReader(s3),
    open: (name, distributionId) => ({
      ...DEPLOY_DEFAULTS,
      store: new S3SiteStore(s3, { name, owner: account }),
      distribution: distributionId === undefined ? undefined : new CloudFrontDistribution(cloudfront, distributionId),
      clock,
      stopwatch: processStopwatch,
      sleeper: realSleeper,
      ids: randomIds,
    }),
  });
}
