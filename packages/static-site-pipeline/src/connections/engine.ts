import { CloudFrontClient } from "@aws-sdk/client-cloudfront";
import { S3Client } from "@aws-sdk/client-s3";
import { processStopwatch, randomIds, realSleeper, systemClock } from "@slipway/aws-runtime";
import { CloudFrontDistribution } from "../adapters/cloudfront-distribution";
import { S3SiteStore } from "../adapters/s3-site-store";
import { S3ZipReader } from "../adapters/s3-site-zip";
import { DEPLOY_DEFAULTS } from "../operations/deploy-dependencies";
import { createSiteDeployer } from "../operations/site-engine";
import { clientSettings, s3Settings } from "./base";
import type { SitesConnection } from "./connection";

/** The deploy engine. */
export function connectEngine(connection: SitesConnection) {
  const { account } = connection;
  const [s3, cloudfront] = [new S3Client(s3Settings(connection)), new CloudFrontClient(clientSettings(connection))];
  return createSiteDeployer({
    account,
    zips: new S3ZipReader(s3),
    open: (name, distributionId) => ({
      ...DEPLOY_DEFAULTS,
      store: new S3SiteStore(s3, { name, owner: account }),
      distribution: distributionId === undefined ? undefined : new CloudFrontDistribution(cloudfront, distributionId),
      clock: systemClock,
      stopwatch: processStopwatch,
      sleeper: realSleeper,
      ids: randomIds,
    }),
  });
}
