import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { S3Client } from "@aws-sdk/client-s3";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SSMClient } from "@aws-sdk/client-ssm";
import { mkdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { ProcessGuard } from "../task-runner/container";
import { artifactFiles } from "./artifact-files";
import { artifactKey, type ArtifactsTarget, uploadArtifacts } from "./artifacts";
import { type BuildLog, openBuildLog } from "./build-log";
import { type Buildspec, parseBuildspec } from "./buildspec";
import { givenVariables, ownVariables } from "./environment";
import { PhaseFailedError } from "./errors";
import { KeptShell, type ShellParts } from "./kept-shell";
import type { BuildOrder, Tell } from "./order";
import { phaseSucceeds, runPhases, stamp } from "./run-phases";
import { fetchSource } from "./source";

/** What builds are run with. */
export interface BuildRunnerParts {
  /** URL of the emulator. */
  readonly endpoint: string;
  /** Folder that the builds' folders are made in. */
  readonly folder: string;
  /** Search path for programs, for the builds. */
  readonly searchPath: string;
  readonly guard: ProcessGuard;
  /** Receives every line of every build. */
  readonly follow: (buildId: string, text: string) => void;
}

/** Runs a build to its end, or until the signal; its folder comes and goes with it. */
export async function runBuild(
  order: BuildOrder,
  parts: BuildRunnerParts,
  tell: Tell,
  signal: AbortSignal,
): Promise<void> {
  const folder = await mkdtemp(join(parts.folder, "build-"));
  try {
    const run = new BuildRun(order, parts, tell, signal, folder);
    const succeeded = await run.toItsEnd();
    if (!signal.aborted) tell({ kind: "done", status: succeeded ? "SUCCEEDED" : "FAILED" });
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

const NO_LOG: BuildLog = { line: () => {}, end: async () => {} };

/** One build on its way through the phases. */
class BuildRun {
  #log = NO_LOG;
  #shell: KeptShell | undefined;
  readonly #clients;
  readonly #place;

  constructor(
    private readonly order: BuildOrder,
    private readonly parts: BuildRunnerParts,
    private readonly tell: Tell,
    private readonly signal: AbortSignal,
    folder: string,
  ) {
    const { endpoint, searchPath } = parts;
    const settings = { endpoint, region: order.region, credentials: order.credentials };
    this.#clients = {
      s3: new S3Client({ ...settings, forcePathStyle: true }),
      logs: new CloudWatchLogsClient(settings),
      ssm: new SSMClient(settings),
      secrets: new SecretsManagerClient(settings),
    };
    this.#place = {
      endpoint,
      searchPath,
      home: join(folder, "home"),
      source: join(folder, "src"),
      state: join(folder, "state"),
    };
    for (const each of [this.#place.home, this.#place.state]) mkdirSync(each);
  }

  /** @returns whether the build succeeded */
  async toItsEnd(): Promise<boolean> {
    const { build } = this.order;
    const provision = async () => void (this.#log = await openBuildLog(this.#clients.logs, build.logs ?? {}));
    // Its begin was told by who handed the build over.
    const provisioned = await this.#firstPhase(provision);
    try {
      return provisioned && !this.signal.aborted && (await this.#phases());
    } finally {
      if (!this.signal.aborted) await this.#phase("FINALIZING", async () => {});
      this.#shell?.end();
      await this.#log.end();
    }
  }

  async #firstPhase(run: () => Promise<void>): Promise<boolean> {
    const silent: Tell = (news) => news.kind !== "began" && this.tell(news);
    return phaseSucceeds("PROVISIONING", { tell: silent, line: this.#line, signal: this.signal }, run);
  }

  #phase(name: Parameters<typeof phaseSucceeds>[0], run: () => Promise<void>): Promise<boolean> {
    return phaseSucceeds(name, { tell: this.tell, line: this.#line, signal: this.signal }, run);
  }

  async #phases(): Promise<boolean> {
    const prepared: { spec?: Buildspec; shell?: KeptShell } = {};
    const downloaded = await this.#phase("DOWNLOAD_SOURCE", async () => {
      const facts = await this.#download();
      prepared.spec = this.#buildspec();
      prepared.shell = this.#shell = new KeptShell(await this.#shellParts(prepared.spec, facts));
    });
    const { spec, shell } = prepared;
    if (!downloaded || spec === undefined || shell === undefined || this.signal.aborted) return false;
    for (const section of spec.leftOut) this.#line(`[Container] ${stamp()} ${section} is left out locally`);
    const { tell, signal } = this;
    const { succeeded, keepsArtifacts } = await runPhases(spec, { shell, tell, line: this.#line, signal });
    if (signal.aborted) return false;
    await this.#export(spec, shell);
    const kept = !keepsArtifacts || (await this.#phase("UPLOAD_ARTIFACTS", () => this.#keep(spec, shell)));
    return succeeded && kept;
  }

  async #download(): Promise<string | undefined> {
    const { build } = this.order;
    const version = await fetchSource({
      source: build.source ?? { type: "NO_SOURCE" },
      version: build.sourceVersion,
      folder: this.#place.source,
      s3: this.#clients.s3,
      environment: { ...gitSettings, PATH: this.#place.searchPath, HOME: this.#place.home },
      signal: this.signal,
    });
    if (version !== undefined) this.tell({ kind: "facts", facts: { resolvedSourceVersion: version } });
    return version;
  }

  /** Inline, or a file of the source. */
  #buildspec(): Buildspec {
    const given = this.order.build.source?.buildspec ?? "";
    if (given.includes("\n") || given.trimStart().startsWith("{")) return parseBuildspec(given);
    const file = resolve(this.#place.source, given || "buildspec.yml");
    if (!`${file}/`.startsWith(`${this.#place.source}/`)) {
      throw new PhaseFailedError("YAML_FILE_ERROR", `buildspec ${given} is not in the source`);
    }
    try {
      return parseBuildspec(readFileSync(file, "utf8"));
    } catch (error) {
      if (error instanceof PhaseFailedError) throw error;
      throw new PhaseFailedError("YAML_FILE_ERROR", `stat ${given || "buildspec.yml"}: no such file or directory`);
    }
  }

  async #shellParts(spec: Buildspec, version: string | undefined): Promise<ShellParts> {
    const { ssm, secrets } = this.#clients;
    const wanted = this.order.build.environment?.environmentVariables ?? [];
    const given = await givenVariables(spec, wanted, { ssm, secrets });
    return {
      shell: spec.shell,
      state: this.#place.state,
      directory: this.#place.source,
      environment: {
        ...ownVariables(this.order, this.#place),
        ...(version !== undefined && { CODEBUILD_RESOLVED_SOURCE_VERSION: version }),
        ...given,
      },
      guard: this.parts.guard,
      line: this.#line,
      signal: this.signal,
    };
  }

  async #export({ exported }: Buildspec, shell: KeptShell): Promise<void> {
    const found = [];
    for (const name of exported) {
      const value = await shell.valueOf(name);
      if (value !== undefined) found.push({ name, value });
    }
    if (found.length > 0) this.tell({ kind: "facts", facts: { exportedEnvironmentVariables: found } });
  }

  async #keep({ artifacts: spec }: Buildspec, shell: KeptShell): Promise<void> {
    const { build } = this.order;
    const target: ArtifactsTarget = build.artifacts ?? {};
    if (spec === undefined || (target.type ?? "NO_ARTIFACTS") === "NO_ARTIFACTS") return;
    const expanded = {
      ...spec,
      files: await Promise.all(spec.files.map((glob) => (glob.includes("$") ? shell.expand(glob) : glob))),
      baseDirectory: spec.baseDirectory && (await shell.expand(spec.baseDirectory)),
    };
    const name = spec.name && (await shell.expand(spec.name));
    const files = artifactFiles(expanded, this.#place.source);
    this.#line(`[Container] ${stamp()} Found ${files.length} file(s)`);
    const key = artifactKey(target, (build.id ?? "").split(":")[1] ?? "", name);
    const facts = {
      artifacts: await uploadArtifacts(files, target, { key, s3: this.#clients.s3, signal: this.signal }),
    };
    this.tell({ kind: "facts", facts });
  }

  readonly #line = (text: string): void => {
    this.#log.line(text);
    this.parts.follow(this.order.build.id ?? "", text);
  };
}

/** Nothing is asked, nothing of the machine's own settings counts, and only known ways of transport are taken. */
const gitSettings = {
  GIT_TERMINAL_PROMPT: "0",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_ALLOW_PROTOCOL: "https:http:ssh:file",
} as const;
