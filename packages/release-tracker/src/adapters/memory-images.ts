import type { Clock } from "@slipway/core";
import { imageParameterName } from "../contract";
import { ecrLocation, parseImage } from "../core/image-reference";
import { SecureParameterError } from "../core/errors";
import type { ImageDetails, ImageLabels, ImageLookup, ImageRegistry, ImageValue, ImageVersion } from "../core/ports";

interface StoredImage {
  readonly uri: string;
  readonly version: number;
  readonly secure: boolean;
  readonly description: string;
  readonly publishedAt: Date;
}

/** Images by label in memory. */
export class MemoryImageLabels implements ImageLabels {
  private readonly labels = new Map<string, Map<string, StoredImage>>();

  constructor(
    private readonly projectId: string,
    private readonly clock: Clock,
  ) {}

  async list(label: string): Promise<readonly ImageVersion[]> {
    return this.sorted(label).map(([service, { version, secure, description, publishedAt }]) => ({
      service,
      version,
      secure,
      publishedBy: description === "" ? undefined : description,
      publishedAt,
    }));
  }

  async describe(label: string, services: readonly string[]): Promise<readonly ImageVersion[]> {
    return (await this.list(label)).filter(({ service }) => services.includes(service));
  }

  async read(label: string, services: readonly string[]): Promise<readonly ImageValue[]> {
    const found = this.sorted(label).filter(([service]) => services.includes(service));
    const secure = found.filter(([, image]) => image.secure);
    if (secure.length > 0) {
      throw new SecureParameterError(secure.map(([service]) => imageParameterName(this.projectId, label, service)));
    }
    return found.map(([service, { uri, version }]) => ({ service, uri, version }));
  }

  async put(label: string, service: string, uri: string, description: string): Promise<void> {
    this.store(label, service, uri, description, false);
  }

  async remove(label: string, services: readonly string[]): Promise<void> {
    services.forEach((service) => this.labels.get(label)?.delete(service));
  }

  /** Puts an encrypted value where an image should be, as somebody else might. */
  putSecure(label: string, service: string, value: string): void {
    this.store(label, service, value, "", true);
  }

  private store(label: string, service: string, uri: string, description: string, secure: boolean): void {
    const images = this.labels.get(label) ?? new Map<string, StoredImage>();
    const version = (images.get(service)?.version ?? 0) + 1;
    images.set(service, { uri, version, secure, description, publishedAt: this.clock.now() });
    this.labels.set(label, images);
  }

  private sorted(label: string): readonly (readonly [string, StoredImage])[] {
    return [...(this.labels.get(label) ?? [])].toSorted(([a], [b]) => (a < b ? -1 : 1));
  }
}

/** A registry in memory that answers for ECR URIs. */
export class MemoryImageRegistry implements ImageRegistry {
  private readonly images = new Map<string, ImageDetails>();

  /** Tags an image; the same URI may be tagged again with another digest. */
  push(uri: string, details: ImageDetails): void {
    this.images.set(uri, details);
  }

  async look(uri: string): Promise<ImageLookup> {
    const image = parseImage(uri);
    if (image === undefined || ecrLocation(image) === undefined) return { kind: "unknown-registry" };
    const details = this.images.get(uri);
    if (details === undefined) return { kind: "missing", reason: "no image with this tag" };
    return { kind: "found", digest: details.digest };
  }

  async describe(uri: string): Promise<ImageDetails | undefined> {
    const image = parseImage(uri);
    const pinned = [...this.images.values()].find(({ digest }) => digest === image?.digest);
    return pinned ?? this.images.get(uri);
  }
}
