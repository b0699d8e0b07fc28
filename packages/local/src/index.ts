export { DEPLOYER_ROLE_NAME, deployerRoleArn, LOCAL_ACCOUNTS, LOCAL_REGION, type LocalAccountName } from "./accounts";
export { applyLocalEnvironment } from "./environment/variables";
export {
  EndpointRefusedError,
  InstallFailedError,
  LocalNotRunningError,
  LocalStartError,
  LocalStopError,
  OfficialPluginUnavailableError,
  ToolMissingError,
} from "./errors";
export {
  type FoundImage,
  LocalImageError,
  type PublishedImage,
  publishLocalImage,
  type PublishLocalImageOptions,
  pushLocalImage,
  type PushLocalImageOptions,
  readLocalImage,
} from "./images";
export { localDown } from "./lifecycle/down";
export { findLocal } from "./lifecycle/find";
export { localLogs, type LocalLogsOptions } from "./lifecycle/logs";
export { localReset } from "./lifecycle/reset";
export { localStatus } from "./lifecycle/status";
export { localUp, type LocalUpOptions } from "./lifecycle/up";
export type { LocalEnvironment, LocalOptions, Progress } from "./local-environment";
export type { LocalDownReport, LocalLogLine, LocalLogSource } from "./local-report";
export { readSettings, type LocalSettings } from "./settings";
export type { LocalPart, LocalState, LocalStatus, PluginChoice } from "./local-status";
export { ensureToolchain, type ToolchainOptions } from "./toolchain/ensure-toolchain";
export type { Tool, Toolchain, ToolSource } from "./toolchain/tool";
