export {
  AuthError,
  BackendError,
  CancelledError,
  CliFailedError,
  CliMissingError,
  EndpointUnreachableError,
  LockHolderAliveError,
  PassphraseError,
  PluginMissingError,
  ProjectNotFoundError,
  StackLockedError,
  StackNotFoundError,
  UpdateFailedError,
} from "./errors";
export type { Failure } from "./errors";
export { destroy, preview, refresh, up } from "./operations";
export type {
  CommonOptions,
  DestroyOptions,
  HistoryOptions,
  OperationOptions,
  PreviewOptions,
  RecoverOptions,
  RefreshOptions,
  UnlockOptions,
  UpOptions,
} from "./options";
export type { ProgressEvent, ResourceProgress } from "./progress";
export { inspect } from "./inspection";
export { history, outputs, revealOutput } from "./queries";
export { recover, unlock } from "./recovery";
export type {
  ChangeCounts,
  Diagnostic,
  HistoryEntry,
  JsonValue,
  LockHolder,
  OperationResult,
  PendingOperation,
  RecoverReport,
  ResourceChange,
  ResourceOperation,
  StackInspection,
  StackOutput,
  StackOutputs,
  UnlockReport,
} from "./results";
export { readStackSettings } from "./stack-settings";
export type { AssumedRole, StackSettings } from "./stack-settings";
export type { InlineTarget, LocalTarget, StackTarget } from "./target";
