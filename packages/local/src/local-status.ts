/** `running`: all parts answer. `stopped`: nothing was started. `broken`: something died, and `localUp` mends it. */
export type LocalState = "running" | "stopped" | "broken";

/** A process of the local environment, or the reason that it is not there. */
export interface LocalPart {
  /** Process id; undefined when it is not running or not ours to know (an emulator of the reader's own). */
  readonly pid: number | undefined;
  readonly running: boolean;
  /** Version, address or cause of death, for a person. */
  readonly detail: string;
}

/** Which plugin serves a package's resources, and why that one. */
export interface PluginChoice {
  readonly kind: "official" | "stand-in";
  /** One sentence for a person. */
  readonly reason: string;
}

/** What `localStatus` found; plain data, fit for JSON. */
export interface LocalStatus {
  readonly state: LocalState;
  readonly directory: string;
  readonly stateDirectory: string;
  /** Undefined while stopped. */
  readonly endpoint: string | undefined;
  readonly emulator: LocalPart;
  readonly taskRunner: LocalPart;
  /** Account id of each environment. */
  readonly accounts: Readonly<Record<string, string>>;
  /** Undefined while stopped. */
  readonly toolchain: { readonly pulumi: string; readonly languageHost: string; readonly version: string } | undefined;
  /** By package name (`aws`, `awsx`); empty while stopped. */
  readonly plugins: Readonly<Record<string, PluginChoice>>;
}
