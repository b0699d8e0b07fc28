import { ECRClient } from "@aws-sdk/client-ecr";
import { InvalidInputError } from "@slipway/core";
import { LOCAL_ACCOUNTS, LOCAL_REGION } from "../accounts";
import { LocalNotRunningError } from "../errors";
import { findLocal } from "../lifecycle/find";
import type { LocalOptions } from "../local-environment";
import { type PublishedImage, publishLocalImage } from "./publish-local-image";

/** What to push to the registry of a local environment. */
export interface PushLocalImageOptions extends LocalOptions {
  /** Repository of the tools account and tag, e.g. `shop/web:v1`. */
  readonly image: string;
  /** The program and its arguments; run without a shell. Use absolute paths. */
  readonly command: readonly [string, ...string[]];
  /** Variables the image brings along. @default none */
  readonly environment?: Readonly<Record<string, string>>;
  /** Git commit that it is built from; an annotation of the image says so. @default none */
  readonly revision?: string | undefined;
}

const IMAGE = /^([a-z0-9][a-z0-9._/-]*):([A-Za-z0-9_][A-Za-z0-9_.-]{0,127})$/;

/** What a person did wrong, by the name of ECR's refusal. */
const REFUSALS: Readonly<Record<string, (repository: string, tag: string) => InvalidInputError>> = {
  RepositoryNotFoundException: (repository) =>
    new InvalidInputError("image", `there is no repository ${repository}`, "bring up the stack that creates it first"),
  ImageTagAlreadyExistsException: (repository, tag) =>
    new InvalidInputError(
      "image",
      `${repository} has another image under ${tag}, and its tags never move`,
      "use a new tag",
    ),
};

/**
 * Does locally what `docker push` does: puts an image that is a command of this machine into the tools account's
 * registry. Pushing the same again changes nothing.
 *
 * @throws {InvalidInputError} when the image has no tag, its repository does not exist, or its tag is taken.
 * @throws {LocalNotRunningError} when no local environment runs for the directory.
 */
export async function pushLocalImage({
  directory,
  image,
  command,
  environment,
  revision,
}: PushLocalImageOptions): Promise<PublishedImage> {
  const [, repository, tag] = IMAGE.exec(image) ?? [];
  if (repository === undefined || tag === undefined) {
    throw new InvalidInputError("image", `${image} is not a repository with a tag`, "write it as <repository>:<tag>");
  }
  const local = findLocal({ directory });
  if (local === undefined) throw new LocalNotRunningError(directory);
  const client = new ECRClient({
    region: LOCAL_REGION,
    endpoint: local.endpoint,
    credentials: { accessKeyId: LOCAL_ACCOUNTS.tools, secretAccessKey: "local" },
  });
  try {
    return await publishLocalImage({ client, repository, tag, command, revision, ...(environment && { environment }) });
  } catch (error) {
    throw (error instanceof Error ? REFUSALS[error.name]?.(repository, tag) : undefined) ?? error;
  } finally {
    client.destroy();
  }
}
