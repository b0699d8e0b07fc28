import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { refuseUnknownArguments } from "@slipway/lambda";
import { InvalidInputError } from "@slipway/core";
import { imagesPath, PREVIEW_IMAGES_VARIABLE, type ReleaseServiceOutput } from "./contract";
import { requireId } from "./names";

/**
 * Image of a service that was never released to the environment, so that a fresh environment can be created before its
 * first deployment. It is public, small, and never started: give such a service a desired count of 0.
 */
export const UNRELEASED_IMAGE = "public.ecr.aws/docker/library/busybox:stable";

/** Arguments of {@link TrackedEnvironment}. */
export interface TrackedEnvironmentArgs {
  /** Project, as in the manifest file. */
  projectId: string;
  /** Environment, as in the manifest file. */
  environmentId: string;
  /** Label to take images from. @default the environment id, which `slipway release deploy` writes */
  label?: string;
}

/** Where a service of the environment runs. */
export interface TrackedService {
  /** ARN or name of the ECS cluster. */
  cluster: pulumi.Input<string>;
  /** ARN or name of the ECS service. */
  service: pulumi.Input<string>;
  /** Name of the container that runs the image. */
  container: pulumi.Input<string>;
}

/**
 * The images of one environment, read from the release tracker while the stack is deployed.
 *
 * Creates nothing. Reads the labels with the provider that it is given, which must act in the tracker's account.
 *
 * @example
 * const shop = new TrackedEnvironment("shop", { projectId: "shop", environmentId: "staging" }, { provider: tools });
 * const image = shop.image("basket");
 *
 * @throws InvalidInputError when an id cannot be a part of an SSM path.
 */
export class TrackedEnvironment extends pulumi.ComponentResource {
  /** Service id to image URI, of the services that were released to the environment. */
  readonly images: pulumi.Output<Record<string, string>>;
  private readonly tracked: Record<string, pulumi.Output<ReleaseServiceOutput>> = {};

  constructor(name: string, args: TrackedEnvironmentArgs, opts?: pulumi.ComponentResourceOptions) {
    super("release-tracker:index:TrackedEnvironment", name, args, opts);
    refuseUnknownArguments(__dirname, "release-tracker:index:TrackedEnvironment", args);
    const projectId = requireId("projectId", args.projectId);
    const label = requireId("label", args.label ?? requireId("environmentId", args.environmentId));

    this.images = readImages(projectId, label, this).apply((images) => ({ ...images, ...previewImages() }));
    this.registerOutputs({ images: this.images });
  }

  /** Image URI of a service; {@link UNRELEASED_IMAGE} as long as nothing was released. */
  image(serviceId: string): pulumi.Output<string> {
    return this.images.apply((images) => images[serviceId] ?? UNRELEASED_IMAGE);
  }

  /** Whether a service was released to the environment; its desired count should be 0 until then. */
  isReleased(serviceId: string): pulumi.Output<boolean> {
    return this.images.apply((images) => images[serviceId] !== undefined);
  }

  /** Notes where a service runs, so that a deployment can verify it. @throws InvalidInputError when noted twice. */
  track(serviceId: string, { cluster, service, container }: TrackedService): void {
    if (this.tracked[serviceId] !== undefined) {
      throw new InvalidInputError("serviceId", `${serviceId} is tracked twice`, "track each service once");
    }
    this.tracked[serviceId] = pulumi.output({ cluster, service, container, image: this.image(serviceId) });
  }

  /** Where the tracked services run. Export it from the stack under the name `releaseServices`. */
  get releaseServices(): pulumi.Output<Record<string, ReleaseServiceOutput>> {
    return pulumi.output(this.tracked);
  }
}

/** Reads all images under a label: service id to URI. */
export function readImages(
  projectId: string,
  label: string,
  parent: pulumi.Resource,
): pulumi.Output<Record<string, string>> {
  const path = imagesPath(projectId, label);
  const found = aws.ssm.getParametersByPathOutput({ path, recursive: false, withDecryption: false }, { parent });
  // The provider holds every parameter value for a secret. Image URIs are none, and people need them in previews.
  return pulumi.unsecret(found).apply((parameters) => imagesIn(path, parameters));
}

/** What `aws.ssm.getParametersByPath` answers: three lists of the same length. */
interface ParametersByPath {
  readonly names: readonly string[];
  readonly types: readonly string[];
  readonly values: readonly string[];
}

/** Service id to image URI. @throws InvalidInputError naming the parameters that are encrypted, never their values. */
export function imagesIn(path: string, { names, types, values }: ParametersByPath): Record<string, string> {
  const secure = names.filter((_, index) => types[index] === "SecureString");
  if (secure.length > 0) {
    throw new InvalidInputError(secure.join(", "), "is a SecureString, not an image URI", "publish the image again");
  }
  return Object.fromEntries(names.map((parameter, index) => [parameter.slice(path.length + 1), values[index] ?? ""]));
}

/** Images that a deployment is about to release, while it shows what would change. An update follows the labels only. */
function previewImages(): Readonly<Record<string, string>> {
  const given = process.env[PREVIEW_IMAGES_VARIABLE];
  if (given === undefined || !pulumi.runtime.isDryRun()) return {};
  const images: unknown = JSON.parse(given);
  if (typeof images !== "object" || images === null) return {};
  return Object.fromEntries(Object.entries(images).map(([service, uri]) => [service, String(uri)]));
}
