import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { STSClient } from "@aws-sdk/client-sts";
import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";

/** Whose clients they are. */
export interface ClientSettings {
  /** @default the ambient region */
  readonly region?: string | undefined;
  /** Role to act as. @default the ambient credentials themselves */
  readonly roleArn?: string | undefined;
}

/** Retries with growing pauses. Not `adaptive`: that slows S3 down for good after a few answers of SlowDown. */
const RETRIES = { maxAttempts: 6 } as const;

/** Clients of the account that owns the target. */
export function createClients({ region, roleArn }: ClientSettings = {}) {
  const settings = {
    ...RETRIES,
    ...(region !== undefined && { region }),
    ...(roleArn !== undefined && {
      credentials: fromTemporaryCredentials({ params: { RoleArn: roleArn, RoleSessionName: "slipway-artefacts" } }),
    }),
  };
  return {
    // Buckets are told apart by path where the endpoint is one machine, which has no name for each of them.
    s3: new S3Client({ ...settings, forcePathStyle: true, followRegionRedirects: true }),
    sqs: new SQSClient(settings),
    events: new EventBridgeClient(settings),
    sts: new STSClient(settings),
    dynamo: DynamoDBDocumentClient.from(new DynamoDBClient(settings), {
      marshallOptions: { removeUndefinedValues: true },
    }),
  };
}
