import type { Deployment, EnvironmentStatus, Release, ReleaseTrackerClient } from "@slipway/release-tracker/library";
import type { CommandContext } from "../context";
import { openTracker, type TrackerArguments } from "../tracker/open-tracker";
import type { TracedImage } from "./trace";

/** What the tracker knows, of all commits. */
export interface TrackerView {
  readonly images: readonly TracedImage[];
  readonly releases: readonly Release[];
  readonly environments: readonly { readonly status: EnvironmentStatus; readonly deployments: readonly Deployment[] }[];
}

/** Reads the latest releases, where their images come from, what became of them and what runs now. */
export async function readTracker(
  args: TrackerArguments,
  limit: number,
  context: CommandContext,
): Promise<TrackerView> {
  const tracker = await openTracker(args, context);
  const [releases, latest, statuses] = await Promise.all([
    tracker.listReleases({ limit }),
    tracker.listImages(),
    tracker.statusMatrix(),
  ]);
  const [images, environments] = await Promise.all([
    describe(tracker, releases, new Map(latest.map(({ service, uri }) => [service, uri]))),
    Promise.all(
      statuses.map(async (status) => ({
        status,
        deployments: await tracker.deploymentHistory({ environmentId: status.environment.id, limit }),
      })),
    ),
  ]);
  return { images, releases, environments };
}

/** Where the images of releases and of `latest` come from: each is asked about once. */
async function describe(
  tracker: ReleaseTrackerClient,
  releases: readonly Release[],
  latest: ReadonlyMap<string, string>,
): Promise<readonly TracedImage[]> {
  const all = [...releases.flatMap(({ images }) => Object.entries(images)), ...latest];
  const origins = await tracker.describeImages({ uris: [...new Set(all.map(([, uri]) => uri))] });
  const byUri = new Map(origins.map((origin) => [origin.uri, origin]));
  return withoutTwins(
    all.map(([service, uri]) => ({ uri, ...byUri.get(uri), service, latest: latest.get(service) === uri })),
  );
}

/** A release names by digest what a label names by tag: of what is the same, the first one is kept. */
function withoutTwins(images: readonly TracedImage[]): readonly TracedImage[] {
  const kept = new Map<string, TracedImage>();
  for (const image of images) {
    const identity = `${image.service} ${image.digest ?? image.uri}`;
    const twin = kept.get(identity);
    kept.set(identity, twin === undefined ? image : { ...twin, latest: twin.latest || image.latest });
  }
  return [...kept.values()];
}
