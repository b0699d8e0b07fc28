import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { ECRClient } from "@aws-sdk/client-ecr";
import { ECSClient } from "@aws-sdk/client-ecs";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { SSMClient } from "@aws-sdk/client-ssm";
import { STSClient } from "@aws-sdk/client-sts";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { readStackSettings } from "@slipway/automation";
import { assumeRoles } from "@slipway/aws-runtime/assume-roles";

/** Retries with growing pauses; `adaptive` also slows down when AWS throttles. */
const RETRIES = { maxAttempts: 6, retryMode: "adaptive" } as const;

/** Clients with the ambient credentials: those of the account that holds the tracker. */
export function createTrackerClients(region: string | undefined) {
  const settings = { ...RETRIES, ...(region !== undefined && { region }) };
  const registries = new Map<string, ECRClient>();
  return {
    ssm: new SSMClient(settings),
    dynamo: createDocumentClient(new DynamoDBClient(settings)),
    events: new EventBridgeClient(settings),
    sts: new STSClient(settings),
    registryFor: (wanted: string): ECRClient => {
      const client = registries.get(wanted) ?? new ECRClient({ ...RETRIES, region: wanted });
      registries.set(wanted, client);
      return client;
    },
  };
}

/** A document client with the settings that the stores expect. */
export const createDocumentClient = (client: DynamoDBClient): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });

/** ECS clients of the stacks of a Pulumi project: each with the roles and region of its stack's configuration. */
export function createServiceClients(workDir: string, fallbackRegion: string | undefined) {
  const clients = new Map<string, ECSClient>();
  return (stack: string): Promise<ECSClient> => {
    const client = clients.get(stack) ?? createServiceClient(workDir, stack, fallbackRegion);
    clients.set(stack, client);
    return Promise.resolve(client);
  };
}

function createServiceClient(workDir: string, stack: string, fallbackRegion: string | undefined): ECSClient {
  const { roles, region = fallbackRegion } = readStackSettings(workDir, stack);
  const credentials = assumeRoles(roles, region);
  return new ECSClient({
    ...RETRIES,
    ...(region !== undefined && { region }),
    ...(credentials !== undefined && { credentials }),
  });
}
