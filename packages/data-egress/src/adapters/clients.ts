import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { KMSClient } from "@aws-sdk/client-kms";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { SSMClient } from "@aws-sdk/client-ssm";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { assumeRoles, type RoleCredentials } from "@slipway/aws-runtime/assume-roles";

/** Whose clients they are. */
export interface ClientSettings {
  /** @default the ambient region */
  readonly region?: string | undefined;
  /** Whom to act as. @default whom the ambient credentials belong to */
  readonly credentials?: RoleCredentials | undefined;
}

/** Retries with growing pauses. */
const RETRIES = { maxAttempts: 6 } as const;
/** Name of the sessions that write to destinations: the one that owners of such roles may know already. */
const SESSION = "data-egress";

/** Clients of the account that owns the data egress. */
export function createClients({ region, credentials }: ClientSettings = {}) {
  const ambient = { ...RETRIES, ...(region !== undefined && { region }) };
  const settings = { ...ambient, ...(credentials !== undefined && { credentials }) };
  const s3 = {
    ...settings,
    // Buckets are told apart by path where the endpoint is one machine, which has no name for each of them.
    forcePathStyle: true,
    followRegionRedirects: true,
    // Checksums are asked for and compared by whoever calls, by algorithms that prove something.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  } as const;
  const own = new S3Client(s3);
  const byRole = new Map<string, S3Client>();
  return {
    s3: own,
    /** For a destination: with the row's role where it has one. */
    s3As: (roleArn: string | undefined): S3Client => {
      if (roleArn === undefined) return own;
      const known = byRole.get(roleArn);
      if (known !== undefined) return known;
      const role = assumeRoles([{ roleArn, sessionName: SESSION }], region);
      const client = new S3Client({ ...s3, ...(role && { credentials: role }) });
      byRole.set(roleArn, client);
      return client;
    },
    sqs: new SQSClient(settings),
    ssm: new SSMClient(settings),
    kms: new KMSClient(settings),
    events: new EventBridgeClient(settings),
    dynamo: DynamoDBDocumentClient.from(new DynamoDBClient(settings), {
      marshallOptions: { removeUndefinedValues: true },
    }),
  };
}
