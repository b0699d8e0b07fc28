import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:os";
import { ContainerOutput, STREAM } from "./container-output";
import { ContainerConflictError, ContainerStartError } from "./errors";

/** States of a container, with Docker's words: it runs once and is never restarted. */
export type ContainerStatus = "created" | "running" | "exited";

/** What a container is made of. */
export interface ContainerSpec {
  /** 64 hex digits. */
  readonly id: string;
  readonly name: string;
  /** As the create request named it. */
  readonly image: string;
  /** Digest of the image's manifest. */
  readonly imageDigest: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly command: readonly [string, ...string[]];
  /** The whole environment of the process. */
  readonly environment: Readonly<Record<string, string>>;
  /** Its loopback address. */
  readonly address: string;
  /** Its working folder. */
  readonly folder: string;
  readonly createdAt: Date;
}

/** Told about each process group, so that none outlives the runner. */
export interface ProcessGuard {
  started(group: number): void;
  ended(group: number): void;
}

/** Exit code that Docker gives to a process killed by a signal: 128 + the signal's number. */
const SIGNAL_BASE = 128;

/** How long output is awaited from a descendant that escaped the process group. */
const LEFTOVER_MILLISECONDS = 1000;

/** A child process in a process group of its own that plays a container. */
export class Container {
  readonly output = new ContainerOutput();
  #resolveExited: (exitCode: number) => void = () => {};
  /** Settles with the exit code, once all output has been taken. */
  readonly exited = new Promise<number>((resolve) => (this.#resolveExited = resolve));
  #status: ContainerStatus = "created";
  #process: ChildProcess | undefined;
  #exitCode = 0;
  #startedAt: Date | undefined;
  #finishedAt: Date | undefined;

  constructor(
    readonly spec: ContainerSpec,
    private readonly guard: ProcessGuard,
    private readonly now: () => Date,
  ) {}

  /** Makes a container whose process is known to be gone, without a trace of how it ended, as if it had been killed. */
  markLost(): this {
    this.#end(SIGNAL_BASE + constants.signals.SIGKILL);
    return this;
  }

  get status(): ContainerStatus {
    return this.#status;
  }

  /** 0 until it has exited. */
  get exitCode(): number {
    return this.#exitCode;
  }

  get startedAt(): Date | undefined {
    return this.#startedAt;
  }

  get finishedAt(): Date | undefined {
    return this.#finishedAt;
  }

  /** Process id, or undefined when no process runs. */
  get pid(): number | undefined {
    return this.#status === "running" ? this.#process?.pid : undefined;
  }

  /**
   * Starts the process; returns when the operating system has accepted it.
   *
   * @throws {ContainerConflictError} when it was started before.
   * @throws {ContainerStartError} when there is no such program, or it may not be run.
   */
  async start(): Promise<void> {
    if (this.#process || this.#status !== "created")
      throw new ContainerConflictError(this.spec.name, `is ${this.#status} already`);
    const [program, ...words] = this.spec.command;
    const { environment: env, folder: cwd } = this.spec;
    const child = spawn(program, words, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    this.#process = child;
    const group = child.pid;
    // Before anything else happens: it runs already, and this process may be killed at any moment.
    if (group !== undefined) this.guard.started(group);
    await spawned(child, program);
    if (group === undefined) throw new ContainerStartError(program, "it has no process id");
    this.#status = "running";
    this.#startedAt = this.now();
    this.#watch(child, group);
  }

  /** Asks the process to stop, and kills its group after the grace (in milliseconds). Nothing happens if none runs. */
  async stop(graceMilliseconds: number): Promise<void> {
    if (this.#status !== "running") return;
    this.signal("SIGTERM");
    const timer = setTimeout(() => this.signal("SIGKILL"), graceMilliseconds);
    await this.exited;
    clearTimeout(timer);
  }

  /** Sends a signal to the process, as Docker does; SIGKILL goes to its whole group. Nothing happens if none runs. */
  signal(signal: NodeJS.Signals): void {
    if (this.pid === undefined) return;
    if (signal === "SIGKILL") signalGroup(this.pid, signal);
    else this.#process?.kill(signal);
  }

  #watch(child: ChildProcess, group: number): void {
    child.stdout?.on("data", (chunk: Buffer) => this.output.write(STREAM.stdout, chunk));
    child.stderr?.on("data", (chunk: Buffer) => this.output.write(STREAM.stderr, chunk));
    // A container ends with its first process. What that one left behind would also hold the output open.
    child.once("exit", () => {
      signalGroup(group, "SIGKILL");
      setTimeout(() => [child.stdout, child.stderr].forEach((stream) => stream?.destroy()), LEFTOVER_MILLISECONDS);
    });
    child.once("close", (code, signal) => {
      this.guard.ended(group);
      this.#end(code ?? SIGNAL_BASE + (signal === null ? 0 : constants.signals[signal]));
    });
  }

  #end(exitCode: number): void {
    this.#exitCode = exitCode;
    this.#finishedAt = this.now();
    this.#status = "exited";
    this.output.end();
    this.#resolveExited(exitCode);
  }
}

/** Sends a signal to a process group; one that is gone already is what the caller wants. */
export function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

async function spawned(child: ChildProcess, program: string): Promise<void> {
  try {
    await once(child, "spawn");
  } catch (error) {
    throw new ContainerStartError(program, error instanceof Error ? error.message : String(error), { cause: error });
  }
}
