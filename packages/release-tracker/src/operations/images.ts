import { DEFAULT_LABEL, EVENT_TYPES, imageParameterName } from "../contract";
import { requireIdentifier, requireImage } from "../core/image-reference";
import { LabelNotFoundError } from "../core/errors";
import { readSnapshot } from "../core/snapshot";
import type { SnapshotImage } from "../core/snapshot";
import type { LabelledImage, PublishedImage, PublishImageInput } from "../tracker-client";
import type { TrackerDependencies } from "./dependencies";

type Dependencies = Pick<TrackerDependencies, "project" | "labels" | "events" | "identity" | "ids">;

/** Creates the operation that puts an image under a label. */
export const createPublishImage =
  ({ project, labels, events, identity, ids }: Dependencies) =>
  async ({
    service,
    uri,
    label = DEFAULT_LABEL,
    userId,
    dryRun = false,
  }: PublishImageInput): Promise<PublishedImage> => {
    requireIdentifier("service", service);
    requireIdentifier("label", label);
    requireImage("uri", uri);
    const previous = (await labels.read(label, [service]))[0]?.uri;
    const parameter = imageParameterName(project.id, label, service);
    if (dryRun || previous === uri) return { parameter, uri, previous, written: false };
    const publisher = userId ?? (await identity.whoami()).id;
    await labels.put(label, service, uri, publisher);
    await events.publish({
      type: EVENT_TYPES.imagePublished,
      detail: { project_id: project.id, correlation_id: ids.next(), service, label, uri, published_by: publisher },
    });
    return { parameter, uri, previous, written: true };
  };

/** Creates the operation that lists the images under a label. */
export const createListImages =
  ({ project, labels }: Dependencies) =>
  async ({ label = DEFAULT_LABEL }: { readonly label?: string | undefined } = {}): Promise<
    readonly LabelledImage[]
  > => {
    requireIdentifier("label", label);
    const images = await readSnapshot(labels, project.id, label).catch(noneIfUnknown);
    return images.map(({ service, uri, version, publishedBy, publishedAt }) => ({
      service,
      uri,
      version,
      publishedBy,
      publishedAt: publishedAt?.toISOString(),
    }));
  };

function noneIfUnknown(error: unknown): readonly SnapshotImage[] {
  if (error instanceof LabelNotFoundError) return [];
  throw error;
}
