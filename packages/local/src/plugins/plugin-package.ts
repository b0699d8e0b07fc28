import { join } from "node:path";

/** A Pulumi package whose resources something must create. */
export interface PluginPackage {
  /** Package name, e.g. `aws`. */
  readonly name: string;
  /** Exact version that the SDK of the programs asks for. */
  readonly version: string;
  /** Compiled program of the stand-in. */
  readonly standIn: string;
}

/** The packages that programs on the local environment may use. */
export const PLUGIN_PACKAGES: readonly PluginPackage[] = [
  { name: "aws", version: "7.48.0", standIn: join(__dirname, "..", "aws-plugin", "main.js") },
  { name: "awsx", version: "3.9.0", standIn: join(__dirname, "..", "awsx-plugin", "main.js") },
];

/** Folder of a plugin below `<PULUMI_HOME>/plugins`. */
export const pluginFolder = ({ name, version }: PluginPackage): string => `resource-${name}-v${version}`;

/** File that Pulumi starts in that folder. */
export const pluginExecutable = ({ name }: PluginPackage): string => `pulumi-resource-${name}`;
