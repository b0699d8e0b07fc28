import type { ZipLocation, ZipReader } from "../core/zip-ports";
import type { DeployDependencies } from "./deploy-dependencies";
import { createDeploySite, type DeployRequest, type DeployResult } from "./deploy-site";

/** A built site in a zip, and what it shall be known as. */
export interface ReleaseZipRequest extends Omit<DeployRequest, "source"> {
  readonly zip: ZipLocation;
}

/** Creates `releaseZip`: checks a zip as a whole, then brings it live. Nothing is built. */
export const createReleaseZip =
  (deps: DeployDependencies, zips: ZipReader) =>
  async ({ zip, ...request }: ReleaseZipRequest): Promise<DeployResult> =>
    zips.withZip(zip, (source) => createDeploySite(deps)({ ...request, source }));
