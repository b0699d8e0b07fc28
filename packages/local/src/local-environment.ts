/** A running local AWS with everything that Pulumi needs to deploy to it. */
export interface LocalEnvironment {
  /** Absolute path of the project that it belongs to. */
  readonly directory: string;
  /** Absolute path of `<directory>/.slipway/local`; deleted by `localDown`. */
  readonly stateDirectory: string;
  /** Base URL of the emulator, always loopback, no trailing slash. */
  readonly endpoint: string;
  /** Variables to add to a process so that Pulumi, the AWS SDK and the AWS CLI use this environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Variables that must be absent from such a process: they would send it to another account, region or engine. */
  readonly unset: readonly string[];
}

/** Receives one line of progress for a person: no line end, no colour, no secret. */
export type Progress = (line: string) => void;

/** What every function on a local environment needs to know. */
export interface LocalOptions {
  /** Project folder, the one that holds `Pulumi.yaml`; need not be absolute. */
  readonly directory: string;
}
