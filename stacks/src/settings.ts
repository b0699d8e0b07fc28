import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { InvalidInputError } from "@slipway/core";
import type { CodePushSettings } from "./code-push";
import type { DataEgressSettings } from "./data-egress";
import type { EnvironmentSettings } from "./environment";
import type { StaticSitesSettings } from "./static-sites";
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

/** Reads what the stacks need from `Pulumi.yaml` and `Pulumi.<stack>.yaml`. */
export function readSettings(config = new pulumi.Config()): EnvironmentSettings & ToolsSettings {
  return {
    region: new pulumi.Config("aws").require<aws.Region>("region"),
    accounts: config.requireObject<Record<string, string>>("accounts"),
    protect: config.getBoolean("protect") ?? true,
    imageReaderRoleArn: config.get("imageReaderRoleArn"),
    codePush: config.getObject<CodePushSettings>("codePush"),
    dataEgress: config.getObject<DataEgressSettings>("dataEgress"),
    staticSites: config.getObject<StaticSitesSettings>("staticSites"),
  };
}
