/** Where a program came from. */
export type ToolSource = "path" | "cache" | "download" | "build";

/** A program of the toolchain that was found or installed. */
export interface Tool {
  /** Absolute path of the executable. */
  readonly path: string;
  /** e.g. `3.259.0`; `bundled` for a language host that came with its CLI. */
  readonly version: string;
  readonly source: ToolSource;
}

/** What runs the programs: Pulumi's engine and the host of its Node programs. */
export interface Toolchain {
  readonly pulumi: Tool;
  readonly languageHost: Tool;
  /** Folders to put at the front of PATH so that both are found, in order, without repeats. */
  readonly binDirectories: readonly string[];
}
