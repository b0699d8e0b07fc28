import pMap from "p-map";
import { ImagesUnresolvedError } from "../core/errors";
import { parseImage, withDigest } from "../core/image-reference";
import type { ImageRegistry } from "../core/ports";
import type { Images } from "../core/release";

/** Requests to a registry at a time. */
const CONCURRENCY = 10;

/** Images with their digests, and what to tell about those that have none. */
export interface PinnedImages {
  readonly images: Images;
  readonly warnings: readonly string[];
}

type Pinned = {
  readonly service: string;
  readonly uri: string;
  readonly warning?: string;
  readonly unresolved?: string;
};

/**
 * Pins every image by digest, keeping its tag as information.
 *
 * @throws ImagesUnresolvedError naming every image that its registry should know and does not.
 */
export async function pinDigests(registry: ImageRegistry, images: Images): Promise<PinnedImages> {
  const pinned = await pMap(Object.entries(images), ([service, uri]) => pinOne(registry, service, uri), {
    concurrency: CONCURRENCY,
  });
  const unresolved = pinned.flatMap(({ service, uri, unresolved: reason }) =>
    reason === undefined ? [] : [{ service, uri, reason }],
  );
  if (unresolved.length > 0) throw new ImagesUnresolvedError(unresolved);
  return {
    images: Object.fromEntries(pinned.map(({ service, uri }) => [service, uri])),
    warnings: pinned.flatMap(({ warning }) => warning ?? []),
  };
}

async function pinOne(registry: ImageRegistry, service: string, uri: string): Promise<Pinned> {
  const image = parseImage(uri);
  if (image === undefined) return { service, uri, unresolved: "it is not an image URI" };
  if (image.digest !== undefined) return { service, uri };
  const found = await registry.look(uri);
  if (found.kind === "found") return { service, uri: withDigest(image, found.digest) };
  if (found.kind === "missing") return { service, uri, unresolved: found.reason };
  return { service, uri, warning: `${service}: ${uri} is not in ECR, so it is not pinned by digest` };
}
