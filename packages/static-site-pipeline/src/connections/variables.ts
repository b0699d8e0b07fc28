import { InvalidInputError } from "@slipway/core";
import { DEFAULT_MAX_RECEIVES, ENVIRONMENT } from "../contract";
import type { SitesConnection } from "./connection";

/** Environment variables by name. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** What the variables of a function say of where the sites are. @throws InvalidInputError naming one that is missing */
export const readConnection = (env: Variables): SitesConnection => ({
  name: required(env, ENVIRONMENT.name),
  region: required(env, "AWS_REGION"),
  account: required(env, ENVIRONMENT.account),
  table: required(env, ENVIRONMENT.table),
  eventBus: required(env, ENVIRONMENT.eventBus),
  executorQueueUrl: required(env, ENVIRONMENT.executorQueueUrl),
  deployQueueUrl: required(env, ENVIRONMENT.deployQueueUrl),
  provisionQueueUrl: required(env, ENVIRONMENT.provisionQueueUrl),
  startTeardownQueueUrl: required(env, ENVIRONMENT.startTeardownQueueUrl),
  teardownQueueUrl: required(env, ENVIRONMENT.teardownQueueUrl),
  artefactBucket: required(env, ENVIRONMENT.artefactBucket),
  buildRoleArn: required(env, ENVIRONMENT.buildRoleArn),
  buildImage: optional(env, ENVIRONMENT.buildImage),
  buildLogGroup: optional(env, ENVIRONMENT.buildLogGroup),
  hostedZoneId: optional(env, ENVIRONMENT.hostedZoneId),
  baseDomain: optional(env, ENVIRONMENT.baseDomain),
  headersPolicyId: optional(env, ENVIRONMENT.headersPolicyId),
  originAccessControlId: required(env, ENVIRONMENT.originAccessControlId),
  viewerFunctionArn: optional(env, ENVIRONMENT.viewerFunctionArn),
  previewFunctionArn: optional(env, ENVIRONMENT.previewFunctionArn),
  spaPreviewFunctionArn: optional(env, ENVIRONMENT.spaPreviewFunctionArn),
  githubAppSecret: optional(env, ENVIRONMENT.githubAppSecret),
  bitbucketAppKey: optional(env, ENVIRONMENT.bitbucketAppKey),
  bitbucketSecretPrefix: required(env, ENVIRONMENT.bitbucketSecretPrefix),
  gitSecretPrefix: required(env, ENVIRONMENT.gitSecretPrefix),
});

/** A variable's value; an empty one is none. */
export const optional = (env: Variables, name: string): string | undefined =>
  env[name] === "" ? undefined : env[name];

/** @throws InvalidInputError naming a variable that is not set */
export function required(env: Variables, name: string): string {
  const value = optional(env, name);
  if (value === undefined) throw new InvalidInputError(name, "is not set");
  return value;
}

/** Receives after which a queue gives a message up. @throws InvalidInputError */
export const maxReceivesOf = (env: Variables): number => whole(env, ENVIRONMENT.maxReceives) ?? DEFAULT_MAX_RECEIVES;

function whole(env: Variables, name: string): number | undefined {
  const text = optional(env, name);
  if (text === undefined) return undefined;
  if (!/^\d{1,6}$/.test(text)) throw new InvalidInputError(name, `${text} is no whole number`);
  return Number(text);
}
