import { InvalidInputError } from "@slipway/core";

/** Which keys are promoted. */
export interface KeyFilter {
  /** @default every key */
  readonly prefix?: string | undefined;
  /** @default every key */
  readonly suffix?: string | undefined;
}

/** Whether a key is one of those that are promoted. */
export const inScope = ({ prefix = "", suffix = "" }: KeyFilter, key: string): boolean =>
  key.startsWith(prefix) && key.endsWith(suffix) && key.length >= Math.max(prefix.length, suffix.length);

/** One step of a chain: artefacts of one environment's bucket go to the next one's. */
export interface HopEnds {
  readonly sourceBucket: string;
  readonly targetBucket: string;
}

/** The place of the environment's name in a pattern of bucket names. */
const PLACEHOLDER = "{env}";

/**
 * Name of an environment's artefact bucket (and of its topic), e.g. `govuk-{env}-artefact` for `staging`.
 *
 * @throws InvalidInputError when the pattern has no `{env}`, or makes a name that S3 does not take.
 */
export function bucketName(pattern: string, environment: string): string {
  if (!pattern.includes(PLACEHOLDER)) {
    throw new InvalidInputError("bucketPattern", `${pattern} has no ${PLACEHOLDER}`, "e.g. govuk-{env}-artefact");
  }
  const name = pattern.replaceAll(PLACEHOLDER, environment);
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) || /\.\.|^\d+(\.\d+){3}$/.test(name)) {
    throw new InvalidInputError("bucketPattern", `${name} is no name for a bucket`, "3 to 63 of a-z, 0-9, - and .");
  }
  return name;
}

/**
 * Refuses hops that would copy a bucket onto itself, at once or around a circle.
 *
 * @throws InvalidInputError naming the buckets of the loop.
 */
export function assertNoLoop(hops: readonly HopEnds[]): void {
  for (const { sourceBucket, targetBucket } of hops) {
    if (sourceBucket === targetBucket) {
      throw new InvalidInputError("sourceBucket", `${sourceBucket} would be promoted to itself`);
    }
    const circle = pathBetween(hops, targetBucket, sourceBucket);
    if (circle !== undefined) {
      const path = [sourceBucket, ...circle].join(" -> ");
      throw new InvalidInputError("sourceBucket", `artefacts would go in a circle: ${path}`);
    }
  }
}

function pathBetween(hops: readonly HopEnds[], from: string, to: string): readonly string[] | undefined {
  const open: (readonly string[])[] = [[from]];
  const seen = new Set([from]);
  for (let path = open.shift(); path !== undefined; path = open.shift()) {
    const last = path.at(-1);
    if (last === to) return path;
    for (const { sourceBucket, targetBucket } of hops) {
      if (sourceBucket !== last || seen.has(targetBucket)) continue;
      seen.add(targetBucket);
      open.push([...path, targetBucket]);
    }
  }
  return undefined;
}
