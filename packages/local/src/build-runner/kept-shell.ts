import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
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
const LEFTOVER_MILLISECONDS = 1000;

/**
 * Runs commands one after the other so that each finds the variables and the folder that the one before left behind, as
 * CodeBuild does: every command is a script of its own between two notes of the state.
 */
export class KeptShell {
  #isFirst = true;

  constructor(private readonly parts: ShellParts) {}

  /** Runs a command to its end, with all that it started in its group; answers its exit code. */
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
    const kill = () => signalGroup(group, "SIGKILL");
    signal.addEventListener("abort", kill);
    const output = this.#follow(child.stdout, child.stderr);
    child.once("exit", () => {
      kill();
      setTimeout(
        () => [child.stdout, child.stderr].forEach((stream) => stream.destroy()),
        LEFTOVER_MILLISECONDS,
      ).unref();
    });
    const [code] = (await once(child, "close")) as [number | null];
    signal.removeEventListener("abort", kill);
    guard.ended(group);
    output.end();
    return code ?? KILLED;
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

  #follow(...streams: NodeJS.ReadableStream[]): ContainerOutput {
    const output = new ContainerOutput();
    const line = (bytes: Buffer) => this.parts.line(bytes.toString().replace(/\r?\n$/, ""));
    output.follow({ line: ({ bytes }) => line(bytes), end: () => {} });
    const [stdout, stderr] = streams;
    stdout?.on("data", (chunk: Buffer) => output.write(STREAM.stdout, chunk));
    stderr?.on("data", (chunk: Buffer) => output.write(STREAM.stderr, chunk));
    return output;
  }
}

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
