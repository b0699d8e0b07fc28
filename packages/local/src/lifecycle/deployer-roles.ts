import type { IAMClient } from "@aws-sdk/client-iam";
import { DEPLOYER_ROLE_NAME, LOCAL_ACCOUNTS, LOCAL_REGION } from "../accounts";

/** What a person's own administrator role is on AWS; what components grant their parts is another matter. */
const PERMISSIONS = "arn:aws:iam::aws:policy/AdministratorAccess";

/** Pure: lets the ambient credentials' account, and nobody else, assume the role. */
const trustPolicy = (trusted: string): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { AWS: `arn:aws:iam::${trusted}:root` }, Action: "sts:AssumeRole" }],
  });

/** Makes the role that deploys into each environment's account, where it is missing. */
export async function ensureDeployerRoles(endpoint: string): Promise<void> {
  const { tools, ...environments } = LOCAL_ACCOUNTS;
  await Promise.all(Object.values(environments).map((account) => ensureDeployerRole(endpoint, account, tools)));
}

/**
 * Whether the roles are there, looked up in one account. `localUp` makes them first of all, so an emulator without them
 * has lost its data.
 */
export async function hasDeployerRoles(endpoint: string): Promise<boolean> {
  const { GetRoleCommand, NoSuchEntityException } = await import("@aws-sdk/client-iam");
  const client = await rootClient(endpoint, LOCAL_ACCOUNTS.integration);
  try {
    await client.send(new GetRoleCommand({ RoleName: DEPLOYER_ROLE_NAME }));
    return true;
  } catch (error) {
    if (error instanceof NoSuchEntityException) return false;
    throw error;
  } finally {
    client.destroy();
  }
}

async function ensureDeployerRole(endpoint: string, account: string, trusted: string): Promise<void> {
  const { AttachRolePolicyCommand, CreateRoleCommand, EntityAlreadyExistsException } =
    await import("@aws-sdk/client-iam");
  const client = await rootClient(endpoint, account);
  try {
    const document = { RoleName: DEPLOYER_ROLE_NAME, AssumeRolePolicyDocument: trustPolicy(trusted) };
    await client.send(new CreateRoleCommand(document));
  } catch (error) {
    if (!(error instanceof EntityAlreadyExistsException)) throw error;
  }
  await client.send(new AttachRolePolicyCommand({ RoleName: DEPLOYER_ROLE_NAME, PolicyArn: PERMISSIONS }));
  client.destroy();
}

/** Loaded late: it takes longer than everything that the other commands do. */
async function rootClient(endpoint: string, account: string): Promise<IAMClient> {
  const sdk = await import("@aws-sdk/client-iam");
  const credentials = { accessKeyId: account, secretAccessKey: "slipway-local" };
  return new sdk.IAMClient({ endpoint, region: LOCAL_REGION, credentials });
}
