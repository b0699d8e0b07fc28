import { NoSuchImageError } from "./errors";
import type { ImageIdentifier } from "../images";

/** An image of an account's private registry. */
export interface ImageReference {
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
  readonly repository: string;
  readonly identifier: ImageIdentifier;
}

const PRIVATE_REGISTRY = /^(?<account>\d{12})\.dkr\.ecr\.(?<region>[a-z0-9-]+)\.amazonaws\.com\/(?<rest>.+)$/;
const REPOSITORY =
  /^(?<repository>[a-z0-9]+(?:[._/-]+[a-z0-9]+)*)(?::(?<tag>[\w][\w.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?$/;

/**
 * Takes `<account>.dkr.ecr.<region>.amazonaws.com/<repository>[:tag][@sha256:...]` apart. A digest wins over a tag; with
 * neither the tag is `latest`.
 *
 * @throws {NoSuchImageError} for any other registry: nothing else can be reached from here.
 */
export function parseImageReference(reference: string): ImageReference {
  const { account, region, rest } = PRIVATE_REGISTRY.exec(reference)?.groups ?? {};
  const { repository, tag = "latest", digest } = REPOSITORY.exec(rest ?? "")?.groups ?? {};
  if (!account || !region || !repository) throw new NoSuchImageError(reference);
  return { account, region, repository, identifier: digest ? { digest } : { tag } };
}
