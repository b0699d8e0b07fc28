import { BatchGetImageCommand, DescribeImagesCommand } from "@aws-sdk/client-ecr";
import type { ECRClient, ImageDetail } from "@aws-sdk/client-ecr";
import { z } from "zod";
import { IMAGE_ANNOTATIONS } from "../contract";
import { ecrLocation, parseImage } from "../core/image-reference";
import type { EcrLocation, ImageReference } from "../core/image-reference";
import type { ImageDetails, ImageLookup, ImageRegistry } from "../core/ports";
import { isAwsError } from "@slipway/aws-runtime";
import { callTracker } from "./call-tracker";

const manifestSchema = z.looseObject({ annotations: z.record(z.string(), z.string()).default({}) });

/** Image registries of AWS: ECR, in the account and region that an image's URI names. */
export class EcrImageRegistry implements ImageRegistry {
  /** @param clientFor Client for a region. */
  constructor(private readonly clientFor: (region: string) => ECRClient) {}

  async look(uri: string): Promise<ImageLookup> {
    const image = parseImage(uri);
    const location = image === undefined ? undefined : ecrLocation(image);
    if (image === undefined || location === undefined) return { kind: "unknown-registry" };
    const found = await this.detail(location, image);
    if (found === "no-repository") return { kind: "missing", reason: `no repository ${location.repository}` };
    if (found?.imageDigest === undefined) return { kind: "missing", reason: "no image with this tag" };
    return { kind: "found", digest: found.imageDigest };
  }

  async describe(uri: string): Promise<ImageDetails | undefined> {
    const image = parseImage(uri);
    const location = image === undefined ? undefined : ecrLocation(image);
    if (image === undefined || location === undefined) return undefined;
    const found = await this.detail(location, image);
    if (found === undefined || found === "no-repository" || found.imageDigest === undefined) return undefined;
    const annotations = await this.annotations(location, found.imageDigest);
    return {
      digest: found.imageDigest,
      pushedAt: found.imagePushedAt,
      commit: annotations[IMAGE_ANNOTATIONS.commit],
      message: annotations[IMAGE_ANNOTATIONS.message],
    };
  }

  private async detail(
    location: EcrLocation,
    image: ImageReference,
  ): Promise<ImageDetail | "no-repository" | undefined> {
    const { account, region, repository } = location;
    const imageIds = [image.digest === undefined ? { imageTag: image.tag ?? "latest" } : { imageDigest: image.digest }];
    const command = new DescribeImagesCommand({ registryId: account, repositoryName: repository, imageIds });
    try {
      const answer = await callTracker(`ecr:DescribeImages ${repository}`, () => this.clientFor(region).send(command));
      return answer.imageDetails?.[0];
    } catch (error) {
      if (isAwsError(error, "ImageNotFoundException")) return undefined;
      if (isAwsError(error, "RepositoryNotFoundException")) return "no-repository";
      throw error;
    }
  }

  private async annotations(location: EcrLocation, digest: string): Promise<Readonly<Record<string, string>>> {
    const { account, region, repository } = location;
    const command = new BatchGetImageCommand({
      registryId: account,
      repositoryName: repository,
      imageIds: [{ imageDigest: digest }],
    });
    const answer = await callTracker(`ecr:BatchGetImage ${repository}`, () => this.clientFor(region).send(command));
    const manifest = answer.images?.[0]?.imageManifest;
    const parsed = manifest === undefined ? undefined : manifestSchema.safeParse(JSON.parse(manifest));
    return parsed?.data?.annotations ?? {};
  }
}
