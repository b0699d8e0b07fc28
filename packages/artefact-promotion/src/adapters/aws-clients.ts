import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { STSClient } from "@aws-sdk/client-sts";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { RoleCredentials } from "@slipway/aws-runtime/assume-roles";
import { OBJECTS_AT_ONCE } from "../core/objects";

/** Whose clients they are. */
export interface ClientSettings {
  /** @default the ambient region */
  readonly region?: string | undefined;
  /** Whom to act as. @default whom the ambient credentials belong to */
  readonly credentials?: RoleCredentials | undefined;
}

/** Retries with growing pauses. Not `adaptive`: that slows S3 down for good after a few answers of SlowDown. */
const RETRIES = { maxAttempts: 6 } as const;
/** One for each object at once; the SDK itself keeps 50. */
const CONNECTIONS = { maxSockets: OBJECTS_AT_ONCE } as const;

/** Clients of the account that owns the target. */
export function createClients({ region, credentials }: ClientSettings = {}) {
  const ambient = { ...RETRIES, ...(region !== undefined && { region }) };
  const settings = { ...ambient, ...(credentials !== undefined && { credentials }) };
  return {
    s3: withoutLog(
      new S3Client({
        ...settings,
        // Buckets are told apart by path where the endpoint is one machine, which has no name for each of them.
        forcePathStyle: true,
        followRegionRedirects: true,
        requestHandler: { httpAgent: CONNECTIONS, httpsAgent: CONNECTIONS },
      }),
    ),
    sqs: new SQSClient(settings),
    events: new EventBridgeClient(settings),
    // Only asked who somebody is, which a role would hide.
    sts: new STSClient(ambient),
    dynamo: withoutLog(
      DynamoDBDocumentClient.from(new DynamoDBClient(settings), { marshallOptions: { removeUndefinedValues: true } }),
    ),
  };
}

/** The SDK copies whatever is sent and answered, field by field, for a logger that drops it unless there is one. */
function withoutLog<T extends S3Client | DynamoDBDocumentClient>(client: T): T {
  client.middlewareStack.remove("loggerMiddleware");
  return client;
}
