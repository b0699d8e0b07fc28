import { BatchGetImageCommand, type ECRClient } from "@aws-sdk/client-ecr";
import { type LocalImage, MANIFEST_MEDIA_TYPE, parseManifest } from "./manifest";

/** An image of a registry: by tag, or by digest. */
export type ImageIdentifier = { readonly tag: string } | { readonly digest: string };

/** What a registry holds under a name. */
export interface FoundImage {
  /** `sha256:<64 hex digits>` */
  readonly digest: string;
  /** What to run, or undefined when the image is not a local one. */
  readonly image: LocalImage | undefined;
}

/**
 * Looks an image up; undefined when the repository or the image does not exist.
 *
 * @param options.client Client of the account and region that own the repository.
 * @throws {LocalImageError} when the image claims to be a local one and is malformed.
 */
export async function readLocalImage(options: {
  client: ECRClient;
  repository: string;
  identifier: ImageIdentifier;
}): Promise<FoundImage | undefined> {
  const { client, repository, identifier } = options;
  const imageId = "digest" in identifier ? { imageDigest: identifier.digest } : { imageTag: identifier.tag };
  const images = await getImages(client, repository, imageId);
  const { imageManifest, imageId: found } = images?.[0] ?? {};
  if (imageManifest === undefined || found?.imageDigest === undefined) return undefined;
  return { digest: found.imageDigest, image: parseManifest(imageManifest) };
}

async function getImages(
  client: ECRClient,
  repositoryName: string,
  imageId: { imageDigest: string } | { imageTag: string },
) {
  try {
    const request = { repositoryName, imageIds: [imageId], acceptedMediaTypes: [MANIFEST_MEDIA_TYPE] };
    const { images } = await client.send(new BatchGetImageCommand(request));
    return images;
  } catch (error) {
    if (error instanceof Error && error.name === "RepositoryNotFoundException") return undefined;
    throw error;
  }
}
