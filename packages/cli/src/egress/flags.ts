import { InvalidInputError } from "@slipway/core";

/** Where a flag is. */
export interface FlagAddress {
  readonly bucket: string;
  readonly key: string;
}

/**
 * Reads where a flag is: `s3://bucket/key`, or a key in the data egress's own bucket. A folder, with a `/` at its end, means
 * the flag in it.
 *
 * @param flagName Name of flags.
 * @throws InvalidInputError
 */
export function parseFlag(given: string, flagName: string, ownBucket: string | undefined): FlagAddress {
  const [, bucket = ownBucket, path = given] = /^s3:\/\/([^/]+)\/(.*)$/s.exec(given) ?? [];
  if (given.startsWith("s3://") && path === given) throw wrong(given, "has no bucket, or no key", flagName);
  if (bucket === undefined) throw wrong(given, "says no bucket, and this data egress has none of its own", flagName);
  const key = path.endsWith("/") ? `${path}${flagName}` : path;
  if (!key.endsWith(`/${flagName}`)) throw wrong(given, "is neither a folder nor a flag in one", flagName);
  return { bucket, key };
}

const wrong = (given: string, problem: string, flagName: string): InvalidInputError =>
  new InvalidInputError("flag", `${given} ${problem}`, `write s3://<bucket>/<folder>/${flagName}, or <folder>/`);

/** `s3://bucket/key` */
export const addressOf = ({ bucket, key }: FlagAddress): string => `s3://${bucket}/${key}`;
