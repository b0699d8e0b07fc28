import { createClients, type ClientOptions, type Credentials } from "./clients";
import type { AssumedRole, Settings } from "./settings";

const DEFAULT_SESSION_NAME = "slipway-local";

async function assume(settings: Settings, from: ClientOptions["credentials"], role: AssumedRole): Promise<Credentials> {
  const sts = await createClients(settings, settings.region, from).sts();
  const { Credentials: session } = await sts.assumeRole({
    RoleArn: role.roleArn,
    RoleSessionName: role.sessionName ?? DEFAULT_SESSION_NAME,
    ExternalId: role.externalId,
    Policy: role.policy,
    DurationSeconds: role.durationSeconds,
  });
  if (session?.AccessKeyId === undefined || session.SecretAccessKey === undefined) {
    throw new Error(`STS answered AssumeRole of ${role.roleArn} without credentials`);
  }
  return {
    accessKeyId: session.AccessKeyId,
    secretAccessKey: session.SecretAccessKey,
    ...(session.SessionToken !== undefined && { sessionToken: session.SessionToken }),
    ...(session.Expiration !== undefined && { expiration: session.Expiration }),
  };
}

/** Credentials of a provider: its own or the ambient keys, then each role of `assumeRoles` in turn, renewed by the SDK. */
export function providerCredentials(settings: Settings): ClientOptions["credentials"] {
  const own: ClientOptions["credentials"] = {
    accessKeyId: settings.accessKey,
    secretAccessKey: settings.secretKey,
    ...(settings.token !== undefined && { sessionToken: settings.token }),
  };
  return settings.assumeRoles.reduce<ClientOptions["credentials"]>((from, role) => {
    let session: Promise<Credentials> | undefined;
    return async () => {
      const current = await session;
      if (current?.expiration === undefined || current.expiration.getTime() - Date.now() < 60_000) {
        session = assume(settings, from, role);
      }
      return session ?? assume(settings, from, role);
    };
  }, own);
}
