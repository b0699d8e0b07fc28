/** Region of everything that runs locally. */
export const LOCAL_REGION = "eu-west-2";

/**
 * Emulator account of each environment. `tools` is the account of the person's own credentials: a 12-digit access key
 * is root of that account on the emulator, and only 000000000000 answers on HTTP APIs.
 */
export const LOCAL_ACCOUNTS = {
  tools: "000000000000",
  integration: "111111111111",
  staging: "222222222222",
  production: "333333333333",
} as const;

/** Name of a local environment that has an account of its own. */
export type LocalAccountName = keyof typeof LOCAL_ACCOUNTS;

/** Role that deploys into an environment's account; `tools` needs none, the ambient credentials are its own. */
export const DEPLOYER_ROLE_NAME = "slipway-deployer";

/** ARN of the role that the ambient credentials assume to deploy into `account`. */
export function deployerRoleArn(account: string): string {
  return `arn:aws:iam::${account}:role/${DEPLOYER_ROLE_NAME}`;
}
