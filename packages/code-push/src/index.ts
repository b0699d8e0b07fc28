export { CodePush } from "./code-push";
export type { ArchiveBucketOutput, CodePushArgs, CodePushOutput } from "./code-push";
export { EVENT_SOURCE, EVENT_TYPES, PROVIDERS } from "./contract";
export type { EventType, Provider, SourcePushedDetail } from "./contract";
export type { PushedRepository } from "./pushed-repositories";
