import { DescribeRepositoriesCommand, type ECRClient, PutImageCommand } from "@aws-sdk/client-ecr";
import { InvalidInputError } from "@slipway/core";
import { createHash } from "node:crypto";
import { MANIFEST_MEDIA_TYPE, writeManifest } from "./manifest";

/** What to publish and where. */
export interface PublishLocalImageOptions {
  /** Client of the account and region that own the repository. */
  client: ECRClient;
  /** Name of an existing repository, e.g. `shop/web`. */
  repository: string;
  /** Tag to put on it; moves there if another image has it. */
  tag: string;
  /** The program and its arguments; run without a shell. Use absolute paths. */
  command: readonly [string, ...string[]];
  /** Variables the image brings along. @default none */
  environment?: Readonly<Record<string, string>>;
  /** Git commit that it is built from; an annotation of the image says so. @default none */
  revision?: string | undefined;
}

/** A published local image. */
export interface PublishedImage {
  /** `<account>.dkr.ecr.<region>.amazonaws.com/<repository>:<tag>` */
  readonly uri: string;
  /** `sha256:<64 hex digits>`, the registry's digest of the manifest. */
  readonly digest: string;
}

/**
 * Puts an image that the local task runner can start into a repository. Publishing the same again changes nothing.
 *
 * @throws {InvalidInputError} when the command is empty or the repository has no address.
 */
export async function publishLocalImage(options: PublishLocalImageOptions): Promise<PublishedImage> {
  const { client, repository, tag, command, environment = {}, revision } = options;
  if (!command[0]) throw new InvalidInputError("command", "is empty", "name the program to run");
  const { repositories } = await client.send(new DescribeRepositoriesCommand({ repositoryNames: [repository] }));
  const address = repositories?.[0]?.repositoryUri;
  if (!address) throw new InvalidInputError("repository", `${repository} has no address`);
  const digest = await putImage(client, repository, tag, writeManifest({ command, environment }, revision));
  return { uri: `${address}:${tag}`, digest };
}

async function putImage(client: ECRClient, repository: string, tag: string, manifest: string): Promise<string> {
  const digest = `sha256:${createHash("sha256").update(manifest).digest("hex")}`;
  try {
    await client.send(
      new PutImageCommand({
        repositoryName: repository,
        imageTag: tag,
        imageManifest: manifest,
        imageManifestMediaType: MANIFEST_MEDIA_TYPE,
        imageDigest: digest,
      }),
    );
  } catch (error) {
    // ECR refuses to put what is there already, byte for byte and under the same tag.
    if (!(error instanceof Error) || error.name !== "ImageAlreadyExistsException") throw error;
  }
  return digest;
}
