import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";

/** A role to assume. */
export interface RoleToAssume {
  readonly roleArn: string;
  /** @default "slipway" */
  readonly sessionName?: string | undefined;
  /** What the role's owner asks of whoever assumes it. */
  readonly externalId?: string | undefined;
}

/** Credentials as the AWS SDK's clients take them, renewed by themselves. */
export type RoleCredentials = ReturnType<typeof fromTemporaryCredentials>;

/**
 * Credentials of the last of these roles, each assumed with those of the one before and the first with the ambient
 * ones; undefined when there is none, which leaves a client with the ambient credentials.
 *
 * @param region Region of the STS that is asked. @default the ambient region
 */
export const assumeRoles = (roles: readonly RoleToAssume[], region?: string): RoleCredentials | undefined =>
  roles.reduce<RoleCredentials | undefined>(
    (master, { roleArn, sessionName = "slipway", externalId }) =>
      fromTemporaryCredentials({
        params: { RoleArn: roleArn, RoleSessionName: sessionName, ExternalId: externalId },
        ...(master && { masterCredentials: master }),
        ...(region !== undefined && { clientConfig: { region } }),
      }),
    undefined,
  );
