export { ACTIONS_WITHOUT_RESOURCE, lintPolicy, policiesOf, policyLint } from "./policy-lint";
export type { PolicyViolation } from "./policy-lint";
export { RECORDED_ACCOUNT, recordProgram, valueOf } from "./pulumi-recorder";
export type { RecordedCall, RecordedResource, Recording, RecordOptions } from "./pulumi-recorder";
export { startProxy } from "./proxy";
export type { Fault, Proxy, ProxyCounts, ProxiedRequest, ProxyOptions } from "./proxy";
export { createProject, repositoryRoot } from "./project";
