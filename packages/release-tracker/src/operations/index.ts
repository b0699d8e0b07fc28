import type { ReleaseTrackerClient } from "../tracker-client";
import { createDeployRelease } from "./deploy-release";
import type { TrackerDependencies } from "./dependencies";
import { createConfirmDeployment, createDeploymentHistory, createStatusMatrix } from "./environment-status";
import { createPinEnvironment, createRejectRelease, createUnpinEnvironment } from "./holds";
import { createDescribeImages, createListImages, createPublishImage } from "./images";
import { createPrepareRelease, createUpdateRelease } from "./prepare-release";
import { createDiffReleases, createListReleases, createShowRelease } from "./read-releases";
import { createRecoverDeployment } from "./recover-deployment";
import { createRollbackRelease } from "./rollback-release";

export type { Timing, TrackerDependencies } from "./dependencies";
export { DEFAULT_TIMING } from "./dependencies";

/** Every operation over the same dependencies. */
export const createTrackerClient = (deps: TrackerDependencies): ReleaseTrackerClient => ({
  publishImage: createPublishImage(deps),
  listImages: createListImages(deps),
  describeImages: createDescribeImages(deps),
  prepareRelease: createPrepareRelease(deps),
  updateRelease: createUpdateRelease(deps),
  deployRelease: createDeployRelease(deps),
  rollbackRelease: createRollbackRelease(deps),
  confirmDeployment: createConfirmDeployment(deps),
  showRelease: createShowRelease(deps),
  listReleases: createListReleases(deps),
  diffReleases: createDiffReleases(deps),
  rejectRelease: createRejectRelease(deps),
  pinEnvironment: createPinEnvironment(deps),
  unpinEnvironment: createUnpinEnvironment(deps),
  deploymentHistory: createDeploymentHistory(deps),
  statusMatrix: createStatusMatrix(deps),
  recoverDeployment: createRecoverDeployment(deps),
});
