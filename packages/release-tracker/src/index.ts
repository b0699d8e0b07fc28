export { EnvironmentObserver } from "./environment-observer";
export type { EnvironmentObserverArgs } from "./environment-observer";
export { driftRoleArn, observerRoleArn } from "./names";
export { ReleaseTracker } from "./release-tracker";
export type { ReleaseEnvironment, ReleaseTrackerArgs } from "./release-tracker";
export { TrackedEnvironment, UNRELEASED_IMAGE } from "./tracked-environment";
export type { TrackedEnvironmentArgs, TrackedService } from "./tracked-environment";
