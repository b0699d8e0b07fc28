import { dirname, join } from "node:path";
import { InstallFailedError } from "../errors";
import type { Progress } from "../local-environment";
import { execute } from "../process/execute";
import { readSettings } from "../settings";
import { downloadPulumi } from "./download";
import { findProgram, isExecutableFile } from "./find-program";
import { buildWithGo, LANGUAGE_HOST_PROGRAM, PULUMI_PROGRAM } from "./go-build";
import { installOnce } from "./install-once";
import type { Tool, Toolchain } from "./tool";
import { LANGUAGE_HOST_VERSION, PULUMI_VERSION, pulumiFits } from "./versions";

const LANGUAGE_HOST = "pulumi-language-nodejs";

/** Where the toolchain is searched and installed. */
export interface ToolchainOptions {
  /** @default nothing is told */
  readonly progress?: Progress;
  /** PATH to search. @default the PATH of this process */
  readonly path?: string;
  /** Absolute folder shared by all projects of the machine. @default see `SLIPWAY_CACHE_DIR` */
  readonly cacheDirectory?: string;
}

/**
 * Finds Pulumi and its Node language host, in this order: on PATH if it fits, in Slipway's cache, by official download,
 * by a build from Go modules. What had to be fetched is kept in the cache, so that it happens once per machine.
 * Throws `ToolMissingError` naming what to install, or `InstallFailedError`.
 */
export async function ensureToolchain(options: ToolchainOptions = {}): Promise<Toolchain> {
  const progress = options.progress ?? (() => undefined);
  const cache = join(options.cacheDirectory ?? readSettings(process.env).cacheDirectory, "pulumi");
  const pulumi =
    (await findOnPath(options.path ?? process.env["PATH"] ?? "", progress)) ?? (await cached(cache, progress));
  const languageHost = besides(pulumi) ?? (await ensureLanguageHost(cache, progress));
  const binDirectories = [...new Set([dirname(pulumi.path), dirname(languageHost.path)])];
  return { pulumi, languageHost, binDirectories };
}

async function findOnPath(path: string, progress: Progress): Promise<Tool | undefined> {
  const found = findProgram("pulumi", path);
  if (found === undefined) return undefined;
  const version = await pulumiVersion(found);
  if (version !== undefined && pulumiFits(version)) return { path: found, version, source: "path" };
  progress(`the pulumi on PATH is not used: ${found} is version ${version ?? "unknown"}`);
  return undefined;
}

/** Both programs in one folder, as in an official download: Pulumi warns about a language host from elsewhere. */
async function cached(cache: string, progress: Progress): Promise<Tool> {
  const target = join(cache, PULUMI_VERSION);
  let source: Tool["source"] = "cache";
  await installOnce(
    {
      what: `Pulumi ${PULUMI_VERSION}`,
      target,
      isUsable: () => isComplete(target),
      install: async (folder) => {
        source = (await downloadPulumi(folder, progress)) ? "download" : "build";
        if (source === "build") {
          await buildWithGo(PULUMI_PROGRAM, folder, progress);
          await buildWithGo(LANGUAGE_HOST_PROGRAM, folder, progress);
        }
        if (await isComplete(folder)) return;
        throw new InstallFailedError(`Pulumi ${PULUMI_VERSION}`, "pulumi version", "what was installed does not run");
      },
    },
    progress,
  );
  return { path: join(target, PULUMI_PROGRAM.executable), version: PULUMI_VERSION, source };
}

const isComplete = async (folder: string): Promise<boolean> =>
  (await pulumiVersion(join(folder, PULUMI_PROGRAM.executable))) === PULUMI_VERSION &&
  isExecutableFile(join(folder, LANGUAGE_HOST));

/** An official CLI carries the language host of its own version in the same folder. */
function besides(pulumi: Tool): Tool | undefined {
  const path = join(dirname(pulumi.path), LANGUAGE_HOST);
  return isExecutableFile(path) ? { path, version: "bundled", source: pulumi.source } : undefined;
}

/** For a Pulumi on PATH that came without it. */
async function ensureLanguageHost(cache: string, progress: Progress): Promise<Tool> {
  const target = join(cache, `${LANGUAGE_HOST}-${LANGUAGE_HOST_VERSION}`);
  const path = join(target, LANGUAGE_HOST);
  let source: Tool["source"] = "cache";
  await installOnce(
    {
      what: `${LANGUAGE_HOST} ${LANGUAGE_HOST_VERSION}`,
      target,
      isUsable: () => printsUsage(path),
      install: async (folder) => {
        source = "build";
        await buildWithGo(LANGUAGE_HOST_PROGRAM, folder, progress);
        if (await printsUsage(join(folder, LANGUAGE_HOST))) return;
        throw new InstallFailedError(LANGUAGE_HOST, `${LANGUAGE_HOST} -h`, "it does not run");
      },
    },
    progress,
  );
  return { path, version: LANGUAGE_HOST_VERSION, source };
}

async function pulumiVersion(path: string): Promise<string | undefined> {
  const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
  const { ok, stdout } = await execute(path, ["version"], { env, timeout: 60_000 });
  return ok ? stdout.trim().replace(/^v/, "") : undefined;
}

const printsUsage = async (path: string): Promise<boolean> =>
  (await execute(path, ["-h"], { timeout: 60_000 })).stderr.includes("Usage of");
