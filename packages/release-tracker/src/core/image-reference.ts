import { InvalidInputError } from "@slipway/core";

/** The parts of an image URI. */
export interface ImageReference {
  /** Registry and repository, e.g. `111111111111.dkr.ecr.eu-west-2.amazonaws.com/storage/archivist`. */
  readonly repository: string;
  readonly tag?: string | undefined;
  /** `sha256:` and 64 hex digits. */
  readonly digest?: string | undefined;
}

/** Where an image lies in ECR. */
export interface EcrLocation {
  readonly account: string;
  readonly region: string;
  /** Repository name within the registry. */
  readonly repository: string;
}

const REFERENCE =
  /^(?<repository>(?:https?:\/\/)?[A-Za-z0-9.-]+(?::\d+)?(?:\/[A-Za-z0-9._-]+)+?|[a-z0-9._-]+)(?::(?<tag>[A-Za-z0-9_][A-Za-z0-9._-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?$/;

const ECR =
  /^(?<account>\d{12})\.dkr\.ecr(?:-fips)?\.(?<region>[a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/(?<repository>.+)$/;

/** Takes an image URI apart; `undefined` when it is not one. */
export function parseImage(uri: string): ImageReference | undefined {
  const groups = REFERENCE.exec(uri)?.groups;
  if (groups?.["repository"] === undefined) return undefined;
  return { repository: groups["repository"], tag: groups["tag"], digest: groups["digest"] };
}

/** Takes an image URI apart. @throws InvalidInputError naming `field`. */
export function requireImage(field: string, uri: string): ImageReference {
  const image = parseImage(uri);
  if (image !== undefined) return image;
  throw new InvalidInputError(field, `${uri} is not an image URI`, "write repository:tag or repository@sha256:...");
}

/** Where an image lies in ECR; `undefined` for other registries. */
export function ecrLocation({ repository }: ImageReference): EcrLocation | undefined {
  const groups = ECR.exec(repository)?.groups;
  const [account, region, name] = [groups?.["account"], groups?.["region"], groups?.["repository"]];
  if (account === undefined || region === undefined || name === undefined) return undefined;
  return { account, region, repository: name };
}

/** The URI with this digest; the tag stays, as information. */
export function withDigest({ repository, tag }: ImageReference, digest: string): string {
  return `${repository}${tag === undefined ? "" : `:${tag}`}@${digest}`;
}

const COMMIT_TAG = /^(?:ref\.|git-|sha-)?([0-9a-f]{7,40})$/;

/** The commit that a tag names, by the habits `<sha>`, `ref.<sha>`, `git-<sha>` and `sha-<sha>`. */
export const commitOfTag = (tag: string | undefined): string | undefined => COMMIT_TAG.exec(tag ?? "")?.[1];

const IDENTIFIER = /^[A-Za-z0-9_.-]+$/;

/** Checks something that becomes a part of an SSM path. @throws InvalidInputError naming `field`. */
export function requireIdentifier(field: string, value: string): string {
  if (IDENTIFIER.test(value)) return value;
  const problem = `${JSON.stringify(value)} cannot be a part of an SSM path`;
  throw new InvalidInputError(field, problem, "use letters, digits, underscores, dots and dashes");
}

/** Whether an override of a service is an image URI rather than a label. */
export const looksLikeImage = (source: string): boolean => /[/:@]/.test(source);
