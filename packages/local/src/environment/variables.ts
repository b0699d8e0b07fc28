import { delimiter } from "node:path";
import { LOCAL_ACCOUNTS, LOCAL_REGION } from "../accounts";
import type { StateLayout } from "../layout";
import type { LocalEnvironment } from "../local-environment";

/** What the variables are made from. */
export interface VariableSources {
  readonly layout: StateLayout;
  readonly endpoint: string;
  /** Folders of the toolchain, in order. */
  readonly binDirectories: readonly string[];
  /** The environment that they are added to: its PATH and NO_PROXY are extended, never lost. */
  readonly base: NodeJS.ProcessEnv;
}

/** Anything here would send a shell to another account, region, endpoint or engine, whatever else is set. */
const TROUBLEMAKERS = [
  "AWS_SESSION_TOKEN",
  "AWS_PROFILE",
  "AWS_DEFAULT_PROFILE",
  "AWS_ROLE_ARN",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  "AWS_CA_BUNDLE",
  "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
  "AWS_USE_DUALSTACK_ENDPOINT",
  "AWS_USE_FIPS_ENDPOINT",
  "PULUMI_CONFIG_PASSPHRASE",
  "PULUMI_STACK",
  "PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK",
  "NODE_OPTIONS",
] as const;

/** Names of the person's files: an empty one keeps profiles and their endpoints out. */
const NO_FILE = "/dev/null";

const LOOPBACK_NAMES = ["127.0.0.1", "localhost", ".localhost"] as const;

/** Pure: the environment of a running emulator, as a value. */
export function describeEnvironment(sources: VariableSources): LocalEnvironment {
  const { layout, endpoint, base } = sources;
  return {
    directory: layout.directory,
    stateDirectory: layout.state,
    endpoint,
    env: { ...pulumiVariables(sources), ...awsVariables(endpoint), ...proxyVariables(base) },
    unset: [...TROUBLEMAKERS, ...Object.keys(base).filter((name) => name.startsWith("AWS_ENDPOINT_URL_"))],
  };
}

/** Pure: `base` as it must be for a process that works on the local environment. @default base this process's own */
export function applyLocalEnvironment(
  environment: LocalEnvironment,
  base: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  const removed = new Set(environment.unset);
  const kept = Object.entries(base).filter(([name]) => !removed.has(name));
  return { ...Object.fromEntries(kept), ...environment.env };
}

function pulumiVariables({ layout, binDirectories, base }: VariableSources): Record<string, string> {
  return {
    PATH: prepend(binDirectories, base["PATH"] ?? ""),
    PULUMI_HOME: layout.pulumiHome,
    PULUMI_BACKEND_URL: `file://${layout.pulumiState}`,
    PULUMI_CONFIG_PASSPHRASE_FILE: layout.passphrase,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
}

function awsVariables(endpoint: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: LOCAL_REGION,
    AWS_DEFAULT_REGION: LOCAL_REGION,
    AWS_ACCESS_KEY_ID: LOCAL_ACCOUNTS.tools,
    AWS_SECRET_ACCESS_KEY: "slipway-local",
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_CONFIG_FILE: NO_FILE,
    AWS_SHARED_CREDENTIALS_FILE: NO_FILE,
    // The SDK is pinned to a version that runs on Node 20; its notice would be printed among a program's diagnostics.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  };
}

/** Both spellings, since programs differ in which one they read. */
function proxyVariables(base: NodeJS.ProcessEnv): Record<string, string> {
  const existing = (base["NO_PROXY"] ?? base["no_proxy"] ?? "").split(",").filter((entry) => entry !== "");
  const value = [...new Set([...existing, ...LOOPBACK_NAMES])].join(",");
  return { NO_PROXY: value, no_proxy: value };
}

function prepend(folders: readonly string[], path: string): string {
  const rest = path.split(delimiter).filter((entry) => entry !== "" && !folders.includes(entry));
  return [...folders, ...rest].join(delimiter);
}
