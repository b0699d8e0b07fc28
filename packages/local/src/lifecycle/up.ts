import { InvalidInputError } from "@slipway/core";
import { describeEnvironment, applyLocalEnvironment } from "../environment/variables";
import { EMULATOR_VERSION, installEmulator } from "../emulator/install-emulator";
import { isHealthy } from "../emulator/health";
import { preferredPort } from "../emulator/port";
import { isLocalPulumiHome, stateLayout, type StateLayout } from "../layout";
import type { LocalEnvironment, LocalOptions, Progress } from "../local-environment";
import type { PluginChoice } from "../local-status";
import { choosePlugin } from "../plugins/choose-plugin";
import { installPlugin } from "../plugins/install-plugin";
import { officialPlugins } from "../plugins/official-plugins";
import { PLUGIN_PACKAGES } from "../plugins/plugin-package";
import { exclusively } from "../process/exclusive";
import { withHeartbeat } from "../progress";
import { type LocalSettings, readSettings } from "../settings";
import { ensureToolchain } from "../toolchain/ensure-toolchain";
import type { Toolchain } from "../toolchain/tool";
import { inspect } from "./condition";
import { ensureDeployerRoles, hasDeployerRoles } from "./deployer-roles";
import { deleteState, makeState, startProcesses, startTaskRunner, stopProcesses } from "./processes";
import { ensureStacks, preparePulumi } from "./pulumi-stacks";
import { type LocalRecord, readRecord, writeRecord } from "./record";

/** How `localUp` starts a local environment. */
export interface LocalUpOptions extends LocalOptions {
  /** @default nothing is told */
  readonly progress?: Progress;
  /** Port of the emulator, or the first free one after it. @default one that stays the same for the directory */
  readonly port?: number;
  /** Aborted: ends after the step under way, ends what this call started, and rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Aborted: the same, without waiting for the step. */
  readonly forceSignal?: AbortSignal | undefined;
}

interface Context {
  readonly layout: StateLayout;
  readonly settings: LocalSettings;
  readonly progress: Progress;
  /** Absent where nobody asked for one. */
  readonly port: number | undefined;
  readonly signal: AbortSignal;
}

/**
 * Brings up the local AWS of a project, installing on the first use what it needs. A running one is reused; one whose
 * emulator died is replaced, and the Pulumi state that described its data goes with it. Safe to call twice at once.
 * Throws `ToolMissingError`, `InstallFailedError`, `LocalStartError`, `EndpointRefusedError`, and the reason of a signal.
 */
export async function localUp(options: LocalUpOptions): Promise<LocalEnvironment> {
  const layout = stateLayout(options.directory);
  const progress = options.progress ?? (() => undefined);
  const context = {
    layout,
    settings: readSettings(process.env),
    progress,
    port: options.port,
    signal: AbortSignal.any([options.signal, options.forceSignal].filter((signal) => signal !== undefined)),
  };
  const what = `the local environment of ${layout.directory}`;
  const work = () => unlessForced(bringUp(context), options.forceSignal, layout);
  return exclusively(layout.lock, what, progress, work, context.signal);
}

/** Does not wait for the step under way when it must end at once. */
async function unlessForced<T>(work: Promise<T>, signal: AbortSignal | undefined, layout: StateLayout): Promise<T> {
  if (signal === undefined) return work;
  const forced = new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
  const first = await Promise.race([work.then((result) => ({ result })), forced]);
  if (first !== undefined) return first.result;
  if (readRecord(layout) === undefined) await discard(layout);
  throw signal.reason;
}

/** Ends what was started and forgets it, so that the next `up` starts from nothing. */
async function discard(layout: StateLayout): Promise<void> {
  await stopProcesses(layout);
  deleteState(layout);
}

async function bringUp(context: Context): Promise<LocalEnvironment> {
  const { layout, progress, signal } = context;
  signal.throwIfAborted();
  const found = await inspect(layout);
  if (found.kind === "lost") {
    progress(`starting anew, ${found.reason}: the Pulumi state that described the emulator's data is dropped with it`);
    await discard(layout);
  }
  if ("record" in found) refuseSwitch(found.record, context.settings);
  const toolchain = await unlessStopped(
    signal,
    ensureToolchain({ progress, cacheDirectory: context.settings.cacheDirectory }),
  );
  if (found.kind === "running" || found.kind === "without-runner") {
    tellOfOtherPort(found.record, context);
    if (found.kind === "without-runner") {
      progress("the task runner was not running: starting it again; the services' tasks start again with it");
      await startTaskRunner(layout, found.record.endpoint);
    }
    return complete(context, toolchain, found.record.endpoint, found.record.managed);
  }
  return start(context, toolchain);
}

function refuseSwitch(record: LocalRecord, { endpoint }: LocalSettings): void {
  if (endpoint === undefined || endpoint === record.endpoint) return;
  const problem = `this project already uses the emulator at ${record.endpoint}`;
  throw new InvalidInputError("SLIPWAY_ENDPOINT", problem, "run `slipway local down` first");
}

/** No error: a port that was taken when the emulator started has been passed over, and the same call must go on to work. */
function tellOfOtherPort({ endpoint }: LocalRecord, { port, progress }: Context): void {
  if (port === undefined || new URL(endpoint).port === String(port)) return;
  progress(
    `it runs already, at ${endpoint}: port ${port} is for one that starts; \`slipway local down\` ends this one`,
  );
}

async function start(context: Context, toolchain: Toolchain): Promise<LocalEnvironment> {
  const { layout, settings, signal } = context;
  try {
    makeState(layout);
    const endpoint = await unlessStopped(signal, startEmulator(context));
    await unlessStopped(signal, ensureDeployerRoles(endpoint));
    return await complete(context, toolchain, endpoint, settings.endpoint === undefined);
  } catch (error) {
    await discard(layout);
    throw error;
  }
}

/** Ends after a step that a signal came into. That it was asked to stop tells more than what the signal did to the step. */
async function unlessStopped<T>(signal: AbortSignal, step: Promise<T>): Promise<T> {
  try {
    return await step;
  } finally {
    signal.throwIfAborted();
  }
}

async function startEmulator(context: Context): Promise<string> {
  const { layout, settings, progress, port, signal } = context;
  if (settings.endpoint !== undefined) return useForeign(settings.endpoint, progress);
  const interpreter = await unlessStopped(signal, installEmulator(settings.cacheDirectory, progress));
  return withHeartbeat(progress, `starting the AWS emulator (ministack ${EMULATOR_VERSION}) and the task runner`, () =>
    startProcesses(layout, interpreter, port ?? preferredPort(layout.directory)),
  );
}

async function useForeign(endpoint: string, progress: Progress): Promise<string> {
  if (!(await isHealthy(endpoint))) {
    throw new InvalidInputError(
      "SLIPWAY_ENDPOINT",
      `nothing answers at ${endpoint}`,
      "start that emulator, or unset it",
    );
  }
  progress(`using the emulator at ${endpoint}; whether it runs ECS tasks is its own business`);
  if (await hasDeployerRoles(endpoint)) {
    progress("it holds data of an earlier run, which no Pulumi state describes: `slipway local reset` clears it");
  }
  return endpoint;
}

/** The part that is the same for a new and a reused emulator; each step leaves alone what is there already. */
async function complete(
  context: Context,
  toolchain: Toolchain,
  endpoint: string,
  managed: boolean,
): Promise<LocalEnvironment> {
  const { layout, progress, signal } = context;
  preparePulumi(layout);
  const plugins = await unlessStopped(signal, installPlugins(context, toolchain));
  const { binDirectories } = toolchain;
  const environment = describeEnvironment({ layout, endpoint, binDirectories, base: process.env });
  const stacks = ensureStacks(layout, toolchain.pulumi.path, applyLocalEnvironment(environment), progress);
  await unlessStopped(signal, stacks);
  writeRecord(layout, { endpoint, managed, toolchain, plugins });
  return environment;
}

async function installPlugins(
  { layout, settings, progress }: Context,
  toolchain: Toolchain,
): Promise<Record<string, PluginChoice>> {
  const sources = officialPlugins({
    pulumiHomes: settings.pulumiHomes.filter((home) => !isLocalPulumiHome(home)),
    path: process.env["PATH"] ?? "",
    pulumi: toolchain.pulumi.path,
    cacheDirectory: settings.cacheDirectory,
    progress,
  });
  const choices = await Promise.all(
    PLUGIN_PACKAGES.map(async (plugin) => {
      const choice = await choosePlugin(plugin, settings.pluginMode, sources);
      installPlugin(layout.pulumiHome, plugin, choice);
      return [plugin.name, { kind: choice.kind, reason: choice.reason }] as const;
    }),
  );
  return Object.fromEntries(choices);
}
