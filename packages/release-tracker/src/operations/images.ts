import pMap from "p-map";
import { DEFAULT_LABEL, EVENT_TYPES, imageParameterName } from "../contract";
import { commitOfTag, parseImage, requireIdentifier, requireImage } from "../core/image-reference";
import { LabelNotFoundError } from "../core/errors";
import { readSnapshot } from "../core/snapshot";
import type { SnapshotImage } from "../core/snapshot";
import type { ImageOrigin, LabelledImage, PublishedImage, PublishImageInput } from "../tracker-client";
import type { TrackerDependencies } from "./dependencies";

type Dependencies = Pick<TrackerDependencies, "project" | "labels" | "events" | "identity" | "ids">;

/** Images that a registry is asked about at once. */
const LOOKS_AT_ONCE = 10;

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

/** Creates the operation that asks where images come from. */
export const createDescribeImages =
  ({ registry }: Pick<TrackerDependencies, "registry">) =>
  ({ uris }: { readonly uris: readonly string[] }): Promise<readonly ImageOrigin[]> =>
    pMap(
      uris,
      async (uri) => {
        const details = await registry.describe(uri);
        return {
          uri,
          digest: details?.digest,
          commit: details?.commit ?? commitOfTag(parseImage(uri)?.tag),
          message: details?.message,
          pushedAt: details?.pushedAt?.toISOString(),
        };
      },
      { concurrency: LOOKS_AT_ONCE },
    );

function noneIfUnknown(error: unknown): readonly SnapshotImage[] {
  if (error instanceof LabelNotFoundError) return [];
  throw error;
}
