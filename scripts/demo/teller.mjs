import { spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { repositoryRoot } from "../root.mjs";
import { elapsed, say } from "../run.mjs";

const SLIPWAY = join(repositoryRoot, "packages", "cli", "bin", "slipway.js");

/** Fails the story when what was seen is not what the story says. */
export function expect(condition, otherwise) {
  if (!condition) throw new Error(otherwise);
}

/** A word of a command line as a shell takes it. */
const quoted = (word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word}'`);

/** Tells a story: runs its steps in order, each with a title and the time that it took. */
export class Teller {
  #number = 0;
  #env = { ...process.env };
  #write;

  /** @param write Takes what is told. @default it is printed */
  constructor({ directory, signal, write = (text) => process.stderr.write(text) }) {
    this.directory = directory;
    this.signal = signal;
    this.#write = write;
  }

  /** Adds to the environment of every command that follows, and of this process, whose AWS clients it configures. */
  use({ env, unset }) {
    for (const name of unset) {
      delete this.#env[name];
      delete process.env[name];
    }
    Object.assign(this.#env, env);
    Object.assign(process.env, env);
  }

  /** Shows one line of the story. */
  say(line) {
    this.#write(`   ${line}\n`);
  }

  /**
   * Begins something that goes on beside the story, with a teller of its own that keeps what it is told.
   *
   * @param options.after An earlier one, which must have ended well first. @default none
   * @returns what waits for its end, tells what was kept, and fails as it did; for the step where the story comes to it.
   */
  aside(action, { after } = {}) {
    const kept = [];
    const quiet = new Teller({ directory: this.directory, signal: this.signal, write: (text) => kept.push(text) });
    quiet.#env = this.#env;
    const timed = async () => {
      const start = performance.now();
      await action(quiet);
      quiet.say(`beside the story, it took ${elapsed(start)}`);
    };
    const ended = Promise.resolve(after?.ended).then(timed);
    // Whoever waits for it hears of a failure; the process must not end because nobody does yet.
    ended.catch(() => undefined);
    const tell = async () => {
      try {
        await ended;
      } finally {
        kept.splice(0).forEach((text) => this.#write(text));
      }
    };
    return Object.assign(tell, { ended });
  }

  /** Waits until a moment of `performance.now()`; not at all when it has passed. */
  async until(moment) {
    const left = moment - performance.now();
    if (left > 0) await pause(left, undefined, { signal: this.signal });
  }

  async step(title, action) {
    this.signal.throwIfAborted();
    const start = performance.now();
    say(`\n── ${++this.#number}. ${title}`);
    const result = await action();
    say(`   ✓ ${elapsed(start)}`);
    return result;
  }

  /**
   * Runs the real command line and shows what a person would see.
   *
   * @returns what it printed on stdout; the step fails when the exit code is not the expected one.
   */
  async slipway(args, { exitCode = 0, show = true } = {}) {
    if (show) this.say(`$ slipway ${args.map(quoted).join(" ")}`);
    const { code, stdout, stderr } = await this.#run(args, show);
    expect(code === exitCode, `slipway ${args.join(" ")} ended with ${code}, not ${exitCode}.\n${stderr}${stdout}`);
    return { stdout, stderr };
  }

  /** Like {@link slipway}, but asks for JSON and parses it. */
  async json(args, options) {
    const { stdout } = await this.slipway(["--json", ...args], { show: false, ...options });
    return JSON.parse(stdout);
  }

  #run(args, show) {
    const child = spawn(process.execPath, [SLIPWAY, ...args], {
      cwd: this.directory,
      env: this.#env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const stopChild = () => child.kill("SIGINT");
    this.signal.addEventListener("abort", stopChild, { once: true });
    const seen = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"]) {
      child[name].on("data", (chunk) => {
        seen[name] += chunk;
        if (show) this.#write(String(chunk).replace(/^(?=.)/gm, "   "));
      });
    }
    return new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => {
        this.signal.removeEventListener("abort", stopChild);
        resolve({ code, ...seen });
      });
    });
  }
}
