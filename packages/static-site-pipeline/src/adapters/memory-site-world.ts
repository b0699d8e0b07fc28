import { archiveKey, releaseKey, type DeployInput, type DeployLocation, type SiteResources } from "../contract";
import type { Build, Pipeline } from "../core/pipeline";
import type {
  Builder,
  BuildOutputs,
  DeployedSite,
  DeployOutcome,
  InstallationSecrets,
  KeptRelease,
  LogLine,
  ProvisionStep,
  ArchivedCommit,
  ReleaseUploads,
  SourceArchives,
  SiteContents,
  SiteDeployer,
  SiteInfrastructure,
  StepResult,
  TeardownStep,
} from "../core/ports";

/** CodeBuild in memory: builds are started, and whoever tests says how they go. */
export class MemoryBuilder implements Builder, BuildOutputs {
  readonly started: { readonly site_id: string; readonly build: Build; readonly build_id: string }[] = [];
  readonly stopped: string[] = [];
  readonly lines = new Map<string, LogLine[]>();
  /** Builds whose logs have not ended. */
  readonly running = new Set<string>();
  private readonly archived = new Map<string, DeployLocation>();

  async start({ site_id }: Pipeline, build: Build): Promise<{ readonly build_id: string; readonly log: string }> {
    const build_id = `${site_id}:${build.number}`;
    if (!this.started.some((each) => each.build_id === build_id)) this.started.push({ site_id, build, build_id });
    return { build_id, log: `memory:${build_id}` };
  }

  async stop(buildId: string): Promise<void> {
    this.stopped.push(buildId);
  }

  /** The build has archived its output. */
  archive(siteId: string, number: number): void {
    const key = archiveKey(siteId, number);
    this.archived.set(key, { kind: "zip", bucket: "demo-artefacts", key });
  }

  async find(siteId: string, number: number): Promise<DeployLocation | undefined> {
    return this.archived.get(archiveKey(siteId, number));
  }

  async logs(buildId: string, cursor = "0") {
    const all = this.lines.get(buildId) ?? [];
    return { lines: all.slice(Number(cursor)), cursor: `${all.length}`, ended: !this.running.has(buildId) };
  }
}

/** A deploy engine in memory: what is live is a build number; a lower one never replaces a higher one. */
export class MemoryDeployer implements SiteDeployer {
  readonly live = new Map<string, DeployInput>();
  readonly releases = new Map<string, DeployInput>();
  private readonly liveRelease = new Map<string, string>();

  async deploy(input: DeployInput): Promise<DeployOutcome> {
    const place = placeOf(input);
    if ((this.live.get(place)?.build_number ?? 0) > input.build_number) return { kind: "superseded" };
    this.live.set(place, input);
    this.liveRelease.set(place, `r${input.build_number}`);
    this.releases.set(`${place}#${input.build_number}`, input);
    return { kind: "live", release_id: `r${input.build_number}` };
  }

  async tidy(): Promise<void> {}

  async removePreview({ site_id }: DeployedSite, branch: string): Promise<void> {
    this.live.delete(placeOf({ site_id, preview: branch }));
  }

  async contents({ site_id }: DeployedSite): Promise<SiteContents> {
    const now = this.live.get(site_id);
    const made = [...this.releases].filter(([key]) => key.startsWith(`${site_id}#`)).map(([, input]) => input);
    const releases = made.reverse().map(toKept);
    const first = releases.filter(({ release_id }) => release_id === this.liveRelease.get(site_id));
    const previews = [...this.live].filter(([place]) => place.startsWith(`${site_id}@`));
    return {
      releases: now === undefined ? releases : [...first, ...releases.filter((each) => !first.includes(each))],
      previews: previews.map(([place]) => ({ branch: place.slice(site_id.length + 1) })),
    };
  }

  async rollback(input: Omit<DeployInput, "location"> & { readonly release_id: string }): Promise<DeployOutcome> {
    const found = this.releases.get(`${placeOf(input)}#${input.release_id.slice(1)}`);
    if (found === undefined) throw new TypeError(`no release ${input.release_id}`);
    this.live.set(placeOf(input), { ...found, build_number: input.build_number });
    this.liveRelease.set(placeOf(input), input.release_id);
    return { kind: "live", release_id: input.release_id };
  }
}

const toKept = ({ build_number, commit, requested_by }: DeployInput): KeptRelease => ({
  release_id: `r${build_number}`,
  build_number,
  published_at: "2026-11-21T10:00:00.000Z",
  commit,
  requested_by,
});

const placeOf = ({ site_id, preview }: Pick<DeployInput, "site_id" | "preview">): string =>
  preview === undefined ? site_id : `${site_id}@${preview}`;

/** What one site has in a memory AWS. */
export interface MemoryResources {
  bucket: boolean;
  certificate: boolean;
  distribution: "enabled" | "disabling" | "disabled" | undefined;
  project: boolean;
  record: boolean;
}

/** S3, CloudFront, ACM, Route 53 and CodeBuild in memory. Slow states last as many looks as they are told. */
export class MemoryInfrastructure implements SiteInfrastructure {
  readonly sites = new Map<string, MemoryResources>();
  private readonly looks = new Map<string, number>();

  /** @param slow Looks at a certificate and at a distribution for which they are not there yet. */
  constructor(private readonly slow: number = 0) {}

  readonly provision: Readonly<Record<ProvisionStep, (row: Pipeline) => Promise<StepResult<SiteResources>>>> = {
    bucket: async ({ site_id }) => {
      this.of(site_id).bucket = true;
      return done({ live_bucket: `live-${site_id}` });
    },
    certificate: async ({ site_id }) => {
      this.of(site_id).certificate = true;
      return this.isReady(site_id, "certificate")
        ? done({ certificate_arn: `cert-${site_id}` })
        : pending("certificate");
    },
    distribution: async ({ site_id }) => {
      this.of(site_id).distribution ??= "enabled";
      return this.isReady(site_id, "distribution")
        ? done({ distribution_id: `d-${site_id}` })
        : pending("distribution");
    },
    project: async ({ site_id }) => {
      this.of(site_id).project = true;
      return done({ build_project: `project-${site_id}` });
    },
    record: async ({ site_id }) => {
      if (this.of(site_id).distribution === undefined) throw new TypeError("a record to nothing");
      this.of(site_id).record = true;
      return done({ record_name: site_id });
    },
  };

  readonly remove: Readonly<Record<TeardownStep, (row: Pipeline) => Promise<StepResult>>> = {
    record: this.removal("record"),
    distribution: async ({ site_id }) => {
      const site = this.of(site_id);
      if (site.distribution === undefined) return done({});
      if (site.distribution !== "disabled") throw new TypeError("a distribution that serves cannot be deleted");
      site.distribution = undefined;
      return done({});
    },
    project: this.removal("project"),
    bucket: this.removal("bucket"),
    certificate: this.removal("certificate"),
  };

  async disable({ site_id }: Pipeline): Promise<StepResult> {
    const site = this.of(site_id);
    if (site.distribution === undefined || site.distribution === "disabled") return done({});
    site.distribution = "disabling";
    if (!this.isReady(site_id, "disabled")) return pending("distribution");
    site.distribution = "disabled";
    return done({});
  }

  /** Whether nothing of a site is left. */
  isEmpty(siteId: string): boolean {
    return Object.values(this.of(siteId)).every((each) => each === false || each === undefined);
  }

  private removal(part: "record" | "project" | "bucket" | "certificate") {
    return async ({ site_id }: Pipeline): Promise<StepResult> => {
      this.of(site_id)[part] = false;
      return done({});
    };
  }

  private of(siteId: string): MemoryResources {
    const nothing = { bucket: false, certificate: false, distribution: undefined, project: false, record: false };
    const found = this.sites.get(siteId) ?? nothing;
    this.sites.set(siteId, found);
    return found;
  }

  private isReady(siteId: string, what: string): boolean {
    const looks = (this.looks.get(`${siteId}/${what}`) ?? 0) + 1;
    this.looks.set(`${siteId}/${what}`, looks);
    return looks > this.slow;
  }
}

const done = <T extends object>(made: T): StepResult<T> => ({ kind: "done", made });
const pending = (waitingFor: string): { readonly kind: "pending"; readonly waitingFor: string } => ({
  kind: "pending",
  waitingFor,
});

/** Secrets of installations in memory. */
export class MemorySecrets implements InstallationSecrets {
  readonly values = new Map<string, string>();

  async read(clientKey: string): Promise<string | undefined> {
    return this.values.get(clientKey);
  }

  async write(clientKey: string, sharedSecret: string): Promise<void> {
    this.values.set(clientKey, sharedSecret);
  }

  async remove(clientKey: string): Promise<void> {
    this.values.delete(clientKey);
  }
}

/** What a code push archived, in memory. */
export class MemorySourceArchives implements SourceArchives {
  /** The latest of each branch, by `<repository> <branch>`. */
  readonly latest = new Map<string, ArchivedCommit>();
  private readonly all = new Map<string, ArchivedCommit>();

  /** A commit was archived, and is what its branch is at. */
  push(repository: string, branch: string, commit: string): ArchivedCommit {
    const key = `${repository}/${branch}/${commit}.zip`;
    const archived = { commit, archive: { kind: "zip" as const, bucket: "demo-sources", key } };
    this.latest.set(`${repository} ${branch}`, archived);
    this.all.set(key, archived);
    return archived;
  }

  async find({ repository, branch }: { readonly repository: string; readonly branch: string }, commit?: string) {
    return commit === undefined
      ? this.latest.get(`${repository} ${branch}`)
      : this.all.get(`${repository}/${branch}/${commit}.zip`);
  }
}

/** Zips that were uploaded, by name only. */
export class MemoryUploads implements ReleaseUploads {
  readonly files: string[] = [];

  async check(): Promise<void> {}

  async upload(siteId: string, file: string) {
    this.files.push(file);
    const sha256 = Buffer.from(file).toString("hex").padEnd(64, "0").slice(0, 64);
    return { kind: "zip" as const, bucket: "demo-artefacts", key: releaseKey(siteId, sha256), sha256 };
  }
}
