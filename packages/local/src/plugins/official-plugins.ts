import { join } from "node:path";
import type { Progress } from "../local-environment";
import { execute } from "../process/execute";
import { withHeartbeat } from "../progress";
import { findProgram, isExecutableFile } from "../toolchain/find-program";
import { isReachable, pluginDownloadUrl } from "../toolchain/reachable";
import type { OfficialSources } from "./choose-plugin";
import { pluginExecutable, pluginFolder, type PluginPackage } from "./plugin-package";

/** Where official plugins are looked for and fetched with. */
export interface OfficialPluginOptions {
  /** The person's Pulumi folders; those of local environments must not be among them. */
  readonly pulumiHomes: readonly string[];
  readonly path: string;
  /** Absolute path of the Pulumi CLI that fetches. */
  readonly pulumi: string;
  readonly cacheDirectory: string;
  readonly progress: Progress;
}

const DOWNLOAD_LIMIT_MS = 180_000;

/** The real ways to come by official plugins. What is fetched stays in the machine's cache. */
export function officialPlugins(options: OfficialPluginOptions): OfficialSources {
  const cacheHome = join(options.cacheDirectory, "pulumi-home");
  return {
    installed: (plugin) =>
      installedFolder(plugin, [...options.pulumiHomes, cacheHome]) ?? folderOnPath(plugin, options.path),
    download: (plugin) => download(plugin, cacheHome, options),
  };
}

function installedFolder(plugin: PluginPackage, homes: readonly string[]): string | undefined {
  return homes
    .map((home) => join(home, "plugins", pluginFolder(plugin)))
    .find((folder) => isExecutableFile(join(folder, pluginExecutable(plugin))));
}

function folderOnPath(plugin: PluginPackage, path: string): string | undefined {
  const found = findProgram(pluginExecutable(plugin), path);
  return found === undefined ? undefined : join(found, "..");
}

async function download(
  plugin: PluginPackage,
  home: string,
  { pulumi, progress }: OfficialPluginOptions,
): Promise<{ folder: string } | { unavailable: string }> {
  const url = pluginDownloadUrl(plugin.name, plugin.version);
  if (url === undefined) return { unavailable: `there is none for ${process.platform} ${process.arch}` };
  if (!(await isReachable(url))) return { unavailable: "its download can't be reached from here" };
  const result = await withHeartbeat(
    progress,
    `downloading the official ${pluginFolder(plugin)} (once per machine)`,
    () =>
      execute(pulumi, ["plugin", "install", "resource", plugin.name, plugin.version], {
        env: { ...process.env, PULUMI_HOME: home, PULUMI_SKIP_UPDATE_CHECK: "true" },
        timeout: DOWNLOAD_LIMIT_MS,
      }),
  );
  const folder = installedFolder(plugin, [home]);
  return folder === undefined ? { unavailable: `its download failed: ${result.summary}` } : { folder };
}
