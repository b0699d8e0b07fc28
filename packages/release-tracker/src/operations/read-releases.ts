import { InvalidInputError } from "@slipway/core";
import { compareReleases } from "../core/changes";
import { toReleaseDocument } from "../core/release";
import type { Release, ReleaseChange, ReleaseDocument } from "../core/release";
import type { TrackerDependencies } from "./dependencies";
import { findRelease } from "./lookup";

type Dependencies = Pick<TrackerDependencies, "project" | "releases" | "deployments">;

/** How many releases or deployments a list has unless told otherwise. */
export const DEFAULT_LIMIT = 20;

/** Creates the operation that reads one release with its deployments. */
export const createShowRelease =
  (deps: Dependencies) =>
  async ({ releaseId }: { readonly releaseId: string }): Promise<ReleaseDocument> => {
    const release = await findRelease(deps, releaseId);
    return toReleaseDocument(release, await deps.deployments.ofRelease(release.release_id));
  };

/** Creates the operation that lists the latest releases. */
export const createListReleases =
  ({ project, releases }: Dependencies) =>
  async ({ limit = DEFAULT_LIMIT }: { readonly limit?: number | undefined } = {}): Promise<readonly Release[]> =>
    releases.latest(project.id, requireLimit(limit));

/** Creates the operation that compares two releases. */
export const createDiffReleases =
  (deps: Dependencies) =>
  async ({ from, to }: { readonly from: string; readonly to: string }): Promise<readonly ReleaseChange[]> => {
    const [old, next] = await Promise.all([findRelease(deps, from), findRelease(deps, to)]);
    return compareReleases(old.images, next.images);
  };

/** Checks a limit. @throws InvalidInputError */
export function requireLimit(limit: number): number {
  if (Number.isInteger(limit) && limit > 0) return limit;
  throw new InvalidInputError("limit", `${limit} is not a positive whole number`, "e.g. 20");
}
