import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { InvalidInputError, isLoopback } from "@slipway/core";
import { EndpointRefusedError } from "./errors";

/** Accepted values of `SLIPWAY_AWS_PLUGIN`. */
export const PLUGIN_MODES = ["auto", "official", "stand-in"] as const;

/** `auto`: the official plugin where it can be had, else the stand-in. The other two insist. */
export type PluginMode = (typeof PLUGIN_MODES)[number];

/** What a person can choose about the local environment, all by environment variables. */
export interface LocalSettings {
  /** `SLIPWAY_ENDPOINT`: an emulator that is already running. @default undefined, Slipway starts its own */
  readonly endpoint: string | undefined;
  /** `SLIPWAY_AWS_PLUGIN`. @default "auto" */
  readonly pluginMode: PluginMode;
  /** `SLIPWAY_CACHE_DIR`: absolute folder of what is installed once per machine. @default "~/.cache/slipway" */
  readonly cacheDirectory: string;
  /** Folders where the person's own Pulumi may have put official plugins. Only read. */
  readonly pulumiHomes: readonly string[];
}

/** Reads the settings; throws `InvalidInputError` or `EndpointRefusedError` naming the variable at fault. */
export function readSettings(env: NodeJS.ProcessEnv): LocalSettings {
  return {
    endpoint: readEndpoint(env["SLIPWAY_ENDPOINT"]),
    pluginMode: readPluginMode(env["SLIPWAY_AWS_PLUGIN"]),
    cacheDirectory: resolve(
      env["SLIPWAY_CACHE_DIR"] || join(env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "slipway"),
    ),
    pulumiHomes: [...(env["PULUMI_HOME"] ? [resolve(env["PULUMI_HOME"])] : []), join(homedir(), ".pulumi")],
  };
}

function readEndpoint(value: string | undefined): string | undefined {
  if (value === undefined || value === "") return undefined;
  if (!isLoopback(value)) throw new EndpointRefusedError("SLIPWAY_ENDPOINT", value);
  return value.replace(/\/+$/, "");
}

function readPluginMode(value: string | undefined): PluginMode {
  if (value === undefined || value === "") return "auto";
  const mode = PLUGIN_MODES.find((candidate) => candidate === value);
  if (mode === undefined) {
    throw new InvalidInputError(
      "SLIPWAY_AWS_PLUGIN",
      `"${value}" is not a choice`,
      `use one of ${PLUGIN_MODES.join(", ")}`,
    );
  }
  return mode;
}
