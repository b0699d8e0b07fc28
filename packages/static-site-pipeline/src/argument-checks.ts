import { InvalidInputError } from "@slipway/core";
import type { StaticSitePipelineArgs } from "./static-site-pipeline";

/** Who may send plain webhooks. */
const PROVIDERS: readonly string[] = ["github", "gitlab", "bitbucket", "generic"];
const DOMAIN = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;
const ARN_OF_SECRET = /^arn:[^:]+:secretsmanager:[^:]+:\d{12}:secret:.+$/;

/** Numbers, and what they may be. */
const LIMITS = {
  maxReceives: [1, 1000],
  maxConcurrency: [2, 1000],
  sweepEveryMinutes: [1, 720],
  requestsPerSecond: [1, 10_000],
  requestBurst: [1, 5000],
  artefactDays: [1, 3650],
} as const;

/** Refuses arguments that cannot work, before anything is made. @throws InvalidInputError naming the argument. */
export function checkArgs(args: StaticSitePipelineArgs, sites: string): void {
  // It begins names of buckets' tags, projects and secrets.
  if (!/^[a-z][a-z0-9-]{0,30}$/.test(sites)) {
    throw new InvalidInputError("sitesName", `${sites} is no name`, "use lower-case letters, digits and -, up to 31");
  }
  checkNumbers(args);
  checkDomain(args);
  checkSecrets(args);
  checkBitbucket(args);
}

function checkNumbers(args: StaticSitePipelineArgs): void {
  for (const [field, [least, most]] of Object.entries(LIMITS)) {
    const value = args[field as keyof typeof LIMITS];
    if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) continue;
    throw new InvalidInputError(field, `${value} is not between ${least} and ${most}`);
  }
}

function checkDomain({ baseDomain, hostedZoneId }: StaticSitePipelineArgs): void {
  if (baseDomain !== undefined && hostedZoneId === undefined) {
    throw new InvalidInputError(
      "hostedZoneId",
      "is not given, but baseDomain is",
      "give the Route 53 zone of the domain",
    );
  }
  if (typeof baseDomain === "string" && !DOMAIN.test(baseDomain)) {
    throw new InvalidInputError("baseDomain", `${baseDomain} is no domain name in lower case`);
  }
}

function checkSecrets(args: StaticSitePipelineArgs): void {
  for (const [provider, arn] of Object.entries(args.webhookSecretArns ?? {})) {
    if (!PROVIDERS.includes(provider)) {
      throw new InvalidInputError("webhookSecretArns", `${provider} is not one of ${PROVIDERS.join(", ")}`);
    }
    requireSecretArn(`webhookSecretArns.${provider}`, arn);
  }
  requireSecretArn("githubAppSecretArn", args.githubAppSecretArn);
  requireSecretArn("githubAppWebhookSecretArn", args.githubAppWebhookSecretArn);
  if ((args.githubAppSecretArn === undefined) !== (args.githubAppWebhookSecretArn === undefined)) {
    const missing = args.githubAppSecretArn === undefined ? "githubAppSecretArn" : "githubAppWebhookSecretArn";
    throw new InvalidInputError(missing, "is not given, but a GitHub App needs both of its secrets");
  }
}

function requireSecretArn(field: string, arn: unknown): void {
  if (typeof arn !== "string" || ARN_OF_SECRET.test(arn)) return;
  throw new InvalidInputError(field, "is no ARN of a secret", "values stay in Secrets Manager: give the secret's ARN");
}

function checkBitbucket({ bitbucketAppKey, bitbucketAccounts = [] }: StaticSitePipelineArgs): void {
  if (bitbucketAppKey === undefined) {
    if (bitbucketAccounts.length > 0) {
      throw new InvalidInputError("bitbucketAppKey", "is not given, but bitbucketAccounts are");
    }
    return;
  }
  if (!/^[a-z][a-z0-9.-]{2,79}$/.test(bitbucketAppKey)) {
    throw new InvalidInputError("bitbucketAppKey", `${bitbucketAppKey} is no key`, "use letters, digits, . and -");
  }
  if (bitbucketAccounts.length === 0) {
    throw new InvalidInputError("bitbucketAccounts", "has none", "list the accounts that may install the app");
  }
}
