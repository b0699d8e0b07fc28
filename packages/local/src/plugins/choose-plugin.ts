import { OfficialPluginUnavailableError } from "../errors";
import type { PluginChoice } from "../local-status";
import type { PluginMode } from "../settings";
import { pluginFolder, type PluginPackage } from "./plugin-package";

/** Ways to come by an official plugin; each resolves with the absolute folder of its executable. */
export interface OfficialSources {
  /** Where it is already installed on this machine; undefined when it is not. */
  readonly installed: (plugin: PluginPackage) => string | undefined;
  /** Fetches it, or says why it can't be had. */
  readonly download: (plugin: PluginPackage) => Promise<{ folder: string } | { unavailable: string }>;
}

/** A choice, with the folder of the official plugin where that is the choice. */
export type LocatedPlugin = PluginChoice & { readonly officialFolder?: string };

/**
 * Decides what serves a package: an official plugin that is here, else one that can be fetched, else the stand-in.
 * Throws `OfficialPluginUnavailableError` when the mode insists on the official one.
 */
export async function choosePlugin(
  plugin: PluginPackage,
  mode: PluginMode,
  sources: OfficialSources,
): Promise<LocatedPlugin> {
  if (mode === "stand-in") return { kind: "stand-in", reason: "SLIPWAY_AWS_PLUGIN=stand-in asks for it" };
  const installed = sources.installed(plugin);
  if (installed !== undefined) return official(installed, `found in ${installed}`);
  const fetched = await sources.download(plugin);
  if ("folder" in fetched) return official(fetched.folder, "downloaded into Slipway's cache");
  if (mode === "official") throw new OfficialPluginUnavailableError(pluginFolder(plugin), fetched.unavailable);
  return { kind: "stand-in", reason: `the official plugin is not installed, and ${fetched.unavailable}` };
}

const official = (officialFolder: string, reason: string): LocatedPlugin => ({
  kind: "official",
  reason,
  officialFolder,
});
