import { ECRClient } from "@aws-sdk/client-ecr";
import { type LocalImage, readLocalImage } from "../images";
import { NoSuchImageError, NotALocalImageError, RegistryUnavailableError } from "./errors";
import { type ImageReference, parseImageReference } from "./image-reference";

/** An image as the registry has it now. */
export interface ResolvedImage {
  /** As the caller named it. */
  readonly reference: string;
  /** `<registry>/<repository>`, without tag and digest. */
  readonly repository: string;
  /** `sha256:<64 hex digits>` */
  readonly digest: string;
  readonly image: LocalImage;
}

/** Where the engine gets its images from. */
export interface ImageSource {
  /**
   * @throws {NoSuchImageError} when the registry has no such image.
   * @throws {NotALocalImageError} when it has, and it is no local image.
   */
  resolve(reference: string): Promise<ResolvedImage>;
}

/**
 * Images of the emulator's registries. Nothing is cached, as on Fargate: an image that was deleted cannot start a task.
 *
 * @param endpoint URL of the emulator.
 */
export function createRegistryImageSource(endpoint: string): ImageSource {
  const clients = new Map<string, ECRClient>();
  const clientFor = ({ account, region }: ImageReference) => {
    const key = `${account}/${region}`;
    const client = clients.get(key) ?? createClient(endpoint, account, region);
    clients.set(key, client);
    return client;
  };
  return {
    async resolve(reference) {
      const parsed = parseImageReference(reference);
      const found = await askRegistry(clientFor(parsed), reference, parsed);
      if (!found) throw new NoSuchImageError(reference);
      if (!found.image) throw new NotALocalImageError(reference);
      const registry = `${parsed.account}.dkr.ecr.${parsed.region}.amazonaws.com`;
      return { reference, repository: `${registry}/${parsed.repository}`, digest: found.digest, image: found.image };
    },
  };
}

// On the emulator an access key of 12 digits is the root user of that account.
function createClient(endpoint: string, account: string, region: string): ECRClient {
  return new ECRClient({ endpoint, region, credentials: { accessKeyId: account, secretAccessKey: "local" } });
}

async function askRegistry(client: ECRClient, reference: string, { repository, identifier }: ImageReference) {
  try {
    return await readLocalImage({ client, repository, identifier });
  } catch (error) {
    throw new RegistryUnavailableError(reference, { cause: error instanceof Error ? error : new Error(String(error)) });
  }
}
