export { startConditionalCopies, type ConditionalCopies } from "./conditional-copies";
export { crashSweep, runKilled } from "./crash-sweep";
export type { CrashPoint, CrashSweep, Ended } from "./crash-sweep";
export { EventShim, queueRecord, shuffled } from "./event-shim";
export type { BatchHandler, EventShimOptions, QueueRecord } from "./event-shim";
export { encodeEventKey, eventFixture, s3Notification, snsEnvelope } from "./events";
export type { CreatedObject } from "./events";
export {
  awsFailure,
  createCallFaults,
  createStaleReads,
  createWireFaults,
  faultAt,
  FAULTS,
  InjectedFault,
} from "./faults";
export type { CallFaultId, CallFaults, FaultId, FaultOptions, Injected, WireFaultId, WireFaults } from "./faults";
export { startGitServer } from "./git-server";
export type { GitServer, SeenRequest } from "./git-server";
export { withHooks } from "./hooks";
export type { Around, Hook, Ports } from "./hooks";
export { ACTIONS_WITHOUT_RESOURCE, lintPolicy, policiesOf, policyLint } from "./policy-lint";
export type { PolicyViolation } from "./policy-lint";
export { RECORDED_ACCOUNT, recordProgram, valueOf } from "./pulumi-recorder";
export type { RecordedCall, RecordedResource, Recording, RecordOptions } from "./pulumi-recorder";
export { startProxy } from "./proxy";
export type { Fault, Proxy, ProxyCounts, ProxiedRequest, ProxyOptions } from "./proxy";
export { loadMutant } from "./mutant";
export { createProject, repositoryRoot } from "./project";
export { caughtBy, rejectionOf } from "./rejection";
export { pickOne, randomIndex, randomNumbers, SEED, seededIt, withSeed } from "./seeds";
export type { RandomNumbers } from "./seeds";
export { letOthersRun, VirtualTime } from "./virtual-time";
export type { VirtualClock } from "./virtual-time";
