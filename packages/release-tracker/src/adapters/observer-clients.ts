import { ECSClient } from "@aws-sdk/client-ecs";
import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { EnvironmentNotObservedError } from "../core/drift";

interface ObservedEnvironment {
  readonly id: string;
  readonly observerRoleArn?: string | undefined;
}

/** ECS clients by environment id, each with the environment's observer role. Credentials are fetched on first use. */
export function createObserverClients(
  environments: readonly ObservedEnvironment[],
): (environmentId: string) => Promise<ECSClient> {
  const clients = new Map(
    environments.flatMap(({ id, observerRoleArn }) =>
      observerRoleArn === undefined ? [] : [[id, createClient(observerRoleArn)] as const],
    ),
  );
  return async (environmentId) => {
    const client = clients.get(environmentId);
    if (client === undefined) throw new EnvironmentNotObservedError(environmentId);
    return client;
  };
}

const createClient = (RoleArn: string): ECSClient =>
  new ECSClient({
    retryMode: "adaptive",
    credentials: fromTemporaryCredentials({ params: { RoleArn, RoleSessionName: "slipway-drift" } }),
  });
