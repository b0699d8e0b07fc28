import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ENGINE_PROCESS_VARIABLE } from "../plugin-life";
import type { LocatedPlugin } from "./choose-plugin";
import { pluginExecutable, pluginFolder, type PluginPackage } from "./plugin-package";

/** Puts a launcher of the chosen plugin where Pulumi finds it; a link would not do, since Pulumi skips linked folders. */
export function installPlugin(pulumiHome: string, plugin: PluginPackage, choice: LocatedPlugin): void {
  const folder = join(pulumiHome, "plugins", pluginFolder(plugin));
  const executable = pluginExecutable(plugin);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // The stand-in runs on the Node that runs Slipway, whatever `node` is on the caller's PATH.
  const program =
    choice.officialFolder === undefined
      ? [process.execPath, plugin.standIn]
      : [join(choice.officialFolder, executable)];
  writeFileSync(join(folder, executable), pluginLauncher(program), { mode: 0o755 });
}

/** Pure: a shell script that becomes a program with these first words, and tells it which process wanted it. */
export const pluginLauncher = (program: readonly string[]): string =>
  `#!/bin/sh\n${ENGINE_PROCESS_VARIABLE}=$PPID exec ${program.map(quote).join(" ")} "$@"\n`;

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
