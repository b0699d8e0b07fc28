import { S3Client } from "@aws-sdk/client-s3";
import { S3BuildOutputs } from "../adapters/s3-build-outputs";
import { SiteCommitStatuses } from "../adapters/source-tokens";
import { s3Settings } from "./base";
import { connectFunction } from "./functions";
import { connectTokens } from "./tokens";
import type { Variables } from "./variables";

/** The function that takes up what CodeBuild tells. */
export function connectUpdates(env: Variables) {
  const { connection, base } = connectFunction(env);
  const { artefactBucket, account } = connection;
  const outputs = new S3BuildOutputs(new S3Client(s3Settings(connection)), artefactBucket, account);
  return { ...base, outputs, statuses: new SiteCommitStatuses(connectTokens(connection, base)) };
}
