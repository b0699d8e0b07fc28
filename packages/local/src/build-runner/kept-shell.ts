import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ContainerOutput, STREAM } from "../task-runner/container-output";
import { type ProcessGuard, signalGroup } from "../task-runner/container";

/** What a shell is made of. */
export interface ShellParts {
  readonly shell: "sh" | "bash";
  /** Folder for what is remembered between commands; nothing else is in it. */
  readonly state: string;
  /** Where the first command runs. */
  readonly directory: string;
  /** The whole environment of the first command. */
  readonly environment: Readonly<Record<string, string>>;
  readonly guard: ProcessGuard;
  /** Receives each line that a command prints. */
  readonly line: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Exit code of what was killed. */
const KILLED = 137;
const BACKGROUND_MILLISECONDS = 300;

/**
 * Runs commands one after the other so that each finds the variables and the folder that the one before left behind, as
 * CodeBuild does: every command is a script of its own between two notes of the state.
 */
export class KeptShell {
  #isFirst = true;
  /** Process groups that may have members. */
  readonly #groups = new Set<number>();

  constructor(private readonly parts: ShellParts) {}

  /** Runs a command to its end; what it left in the background goes on, as in CodeBuild. Answers its exit code. */
  async run(command: string, variables: Readonly<Record<string, string>> = {}): Promise<number> {
    const { shell, state, directory, environment, guard, signal } = this.parts;
    if (signal.aborted) return KILLED;
    const script = join(state, "command.sh");
    writeFileSync(script, this.#scriptOf(command, variables), { mode: 0o600 });
    const child = spawn(shell, [script], {
      cwd: directory,
      env: this.#isFirst ? { ...environment } : {},
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#isFirst = false;
    await once(child, "spawn");
    const group = child.pid as number;
    guard.started(group);
    this.#groups.add(group);
    const kill = () => signalGroup(group, "SIGKILL");
    signal.addEventListener("abort", kill);
    this.#follow(child.stdout, child.stderr);
    const closed = once(child, "close");
    const [code] = (await once(child, "exit")) as [number | null];
    // Whatever is in the background holds the output open; what the command itself wrote is there by then.
    await Promise.race([closed, sleep(BACKGROUND_MILLISECONDS, undefined, { ref: false })]);
    signal.removeEventListener("abort", kill);
    if (!isAlive(group)) this.#forget(group);
    return code ?? KILLED;
  }

  /** Ends what commands left in the background. */
  end(): void {
    for (const group of this.#groups) {
      signalGroup(group, "SIGKILL");
      this.#forget(group);
    }
  }

  #forget(group: number): void {
    this.#groups.delete(group);
    this.parts.guard.ended(group);
  }

  /** Value of a variable as the last command left it; undefined where it is not exported. */
  async valueOf(name: string): Promise<string | undefined> {
    const found: string[] = [];
    const inner = new KeptShell({ ...this.parts, line: (text) => found.push(text) });
    inner.#isFirst = this.#isFirst;
    const code = await inner.run(`[ -n "\${${name}+x}" ] && printf '%s' "$${name}"`);
    return code === 0 ? found.join("\n") : undefined;
  }

  /** What a text means to the shell: variables and substitutions in it are replaced. */
  async expand(text: string): Promise<string> {
    const found: string[] = [];
    const inner = new KeptShell({ ...this.parts, line: (line) => found.push(line) });
    inner.#isFirst = this.#isFirst;
    // Between double quotes nothing is split and no glob is replaced.
    await inner.run(`printf '%s' "${text.replaceAll('"', '\\"')}"`);
    return found.join("\n");
  }

  #scriptOf(command: string, variables: Readonly<Record<string, string>>): string {
    const { state } = this.parts;
    const [env, folder] = [quote(join(state, "env.sh")), quote(join(state, "directory"))];
    const before = this.#isFirst ? [] : [`. ${env}`, `cd "$(cat ${folder})" || exit 1`];
    const given = Object.entries(variables).map(([name, value]) => `export ${name}=${quote(value)}`);
    const after = `trap 'slipway_code=$?; trap - EXIT; export -p >${env.replaceAll("'", `"`)}; pwd >${folder.replaceAll("'", `"`)}; exit $slipway_code' EXIT`;
    return [...before, ...given, after, command, ""].join("\n");
  }

  #follow(...streams: NodeJS.ReadableStream[]): void {
    const output = new ContainerOutput();
    const line = (bytes: Buffer) => this.parts.line(bytes.toString().replace(/\r?\n$/, ""));
    output.follow({ line: ({ bytes }) => line(bytes), end: () => {} });
    const [stdout, stderr] = streams;
    stdout?.on("data", (chunk: Buffer) => output.write(STREAM.stdout, chunk));
    stderr?.on("data", (chunk: Buffer) => output.write(STREAM.stderr, chunk));
    let open = streams.length;
    for (const stream of streams) stream.on("close", () => void ((open -= 1) === 0 && output.end()));
  }
}

/** Whether a process group has members. */
function isAlive(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch {
    return false;
  }
}

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
