import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { InvalidInputError, type KnownFields } from "@slipway/core";
import { codePushFields, type CodePushSettings } from "./code-push";
import { ENVIRONMENTS } from "./config";
import { dataEgressFields, type DataEgressSettings } from "./data-egress";
import type { EnvironmentSettings } from "./environment";
import { staticSitesFields, type StaticSitesSettings } from "./static-sites";
import { readStrictly } from "./strict";
import type { ToolsSettings } from "./tools";

/** Account of `tools` and of each environment, 12 digits. */
export type Accounts = Readonly<Record<string, string>>;

/** The account of an environment. @throws InvalidInputError naming the setting, when it has none. */
export function accountOf(accounts: Accounts, environment: string): string {
  const account = accounts[environment];
  if (account !== undefined) return account;
  throw new InvalidInputError("slipway:accounts", `has no account for ${environment}`, "add it in Pulumi.yaml");
}

/** The role that deploys into an account; the tools account may assume it. */
export const deployerRoleArn = (account: string): string => `arn:aws:iam::${account}:role/slipway-deployer`;

/** Who may have an account. */
const accountFields = (): KnownFields =>
  Object.fromEntries(["tools", ...Object.keys(ENVIRONMENTS)].map((name) => [name, true]));

/**
 * Reads what the stacks need from `Pulumi.yaml` and `Pulumi.<stack>.yaml`.
 *
 * @throws InvalidInputError naming a field of a setting that nobody reads: it is misspelt.
 */
export function readSettings(config = new pulumi.Config()): EnvironmentSettings & ToolsSettings {
  return {
    region: new pulumi.Config("aws").require<aws.Region>("region"),
    accounts: readStrictly<Record<string, string>>(config, "accounts", accountFields()) ?? {},
    protect: config.getBoolean("protect") ?? true,
    imageReaderRoleArn: config.get("imageReaderRoleArn"),
    codePush: readStrictly<CodePushSettings>(config, "codePush", codePushFields()),
    dataEgress: readStrictly<DataEgressSettings>(config, "dataEgress", dataEgressFields()),
    staticSites: readStrictly<StaticSitesSettings>(config, "staticSites", staticSitesFields()),
  };
}
