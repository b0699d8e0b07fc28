/** The project that the stacks release, as in `.slipway_project`. */
export const PROJECT_ID = "slipway-demo";

/** Its services. Each has an image repository in the tools account and runs in every environment. */
export const SERVICES = ["api", "web", "worker"] as const;

/** Name of the image repository, in the tools account too, of the programs of the data egress. */
export const EGRESS_IMAGES = "data-egress";

/** Port on which every service listens in its task. */
export const SERVICE_PORT = 8080;

/** How the environments' buckets of artefacts are called. Bucket names are the world's: on AWS, choose your own. */
export const ARTEFACT_BUCKETS = `${PROJECT_ID}-{env}-artefact`;

/** What may differ between environments. Accounts and regions are in `Pulumi.<stack>.yaml`, since they are the owner's. */
export interface EnvironmentConfig {
  /** Label that images are taken from. */
  readonly label: string;
  /** IPv4 range of the network; none overlap, so that they can be joined one day. */
  readonly cidrBlock: string;
  /** Tasks of each service, once it was released. */
  readonly tasks: number;
  /** Fargate CPU units (1024 = one vCPU) and memory (MiB) of a task. */
  readonly cpu: string;
  readonly memory: string;
  /** Days. */
  readonly logRetentionDays: number;
  /** Environment whose artefacts are promoted to this one. @default none: artefacts are made here */
  readonly artefactsFrom?: string;
}

/** Every difference between the environments; the key is the stack's name. */
export const ENVIRONMENTS = {
  // Runs whatever was published last: no release needed, none recorded.
  integration: { label: "latest", cidrBlock: "10.10.0.0/16", tasks: 1, cpu: "256", memory: "512", logRetentionDays: 7 },
  staging: {
    label: "staging",
    cidrBlock: "10.20.0.0/16",
    tasks: 1,
    cpu: "256",
    memory: "512",
    logRetentionDays: 14,
    artefactsFrom: "integration",
  },
  production: {
    label: "production",
    cidrBlock: "10.30.0.0/16",
    tasks: 2,
    cpu: "256",
    memory: "512",
    logRetentionDays: 90,
    artefactsFrom: "staging",
  },
} as const satisfies Readonly<Record<string, EnvironmentConfig>>;

/** Name of an environment, which is the name of its stack. */
export type EnvironmentName = keyof typeof ENVIRONMENTS;

/** Environments that releases are deployed to: those with a label of their own. */
export const RELEASE_ENVIRONMENTS: readonly EnvironmentName[] = ["staging", "production"];
