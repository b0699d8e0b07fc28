import { InvalidInputError } from "@slipway/core";
import { arnParts } from "@slipway/lambda";
import { bucketName } from "./core/scope";

/** Longest name that IAM takes for a role. */
const ROLE_NAME_LENGTH = 64;

/** What the functions of a promotion are for; each has a role of its own that other accounts know by name. */
export const PURPOSES = ["promote", "reconcile", "backfill"] as const;

/** One of {@link PURPOSES}. */
export type Purpose = (typeof PURPOSES)[number];

/** An environment that promotes artefacts from another one's bucket. */
export interface ArtefactTarget {
  /** Name of the environment, e.g. `staging`. */
  environment: string;
  /** Its account, 12 digits. */
  account: string;
  /** ARNs of roles in that account that may read as well, e.g. of people who run `slipway artefacts`. @default none */
  operatorRoleArns?: string[];
}

/** Checks a 12-digit account id. @throws InvalidInputError naming `field`. */
export function requireAccount(field: string, account: string): string {
  if (/^\d{12}$/.test(account)) return account;
  throw new InvalidInputError(field, `${account} is no account id`, "an account id has 12 digits");
}

/**
 * Name of an environment's bucket; its topic, queue and functions are called like it.
 *
 * @throws InvalidInputError when the bucket, or a role called like it, could not have this name.
 */
export function artefactName(pattern: string, environment: string): string {
  if (!/^[a-z0-9][a-z0-9-]*$/.test(environment)) {
    throw new InvalidInputError("environment", `${environment} is no environment`, "use a-z, 0-9 and -");
  }
  const name = bucketName(pattern, environment);
  if (name.includes(".")) {
    throw new InvalidInputError("bucketPattern", `${name} has a dot, which topics and roles cannot have`, "use -");
  }
  for (const purpose of PURPOSES) {
    const role = roleName(name, purpose);
    if (role.length <= ROLE_NAME_LENGTH) continue;
    throw new InvalidInputError("bucketPattern", `${role} is longer than the ${ROLE_NAME_LENGTH} of a role name`);
  }
  return name;
}

/** Name of the topic that tells of new artefacts in a bucket. */
export const topicName = (bucket: string): string => bucket.replaceAll(".", "-");

/** Name of a role of the promotion to a bucket. */
export const roleName = (bucket: string, purpose: Purpose): string => `${bucket}-${purpose}`;

/** ARNs of all roles that read the source on behalf of a target. */
export const readerRoleArns = (partition: string, pattern: string, target: ArtefactTarget): readonly string[] => [
  ...PURPOSES.map((purpose) => {
    const name = roleName(artefactName(pattern, target.environment), purpose);
    return `arn:${partition}:iam::${target.account}:role/${name}`;
  }),
  ...(target.operatorRoleArns ?? []),
];

/** ARN of the source's topic, seen from any resource of the target: both are in one region. */
export function sourceTopicArn(ownArn: string, sourceAccount: string, sourceBucket: string): string {
  const { partition, region } = arnParts(ownArn);
  return `arn:${partition}:sns:${region}:${sourceAccount}:${topicName(sourceBucket)}`;
}
