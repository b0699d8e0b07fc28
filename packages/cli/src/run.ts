import { complete } from "./completion/complete";
import { completionRequest } from "./completion/scripts";
import type { CommandResult } from "./command";
import type { CommandContext } from "./context";
import { InterruptedError, OutputLostError, UsageError } from "./errors";
import { exitCodes, type ExitCode } from "./exit-codes";
import type { Host, Output } from "./host";
import { createProgress } from "./progress/progress";
import { discoverCommands, type CommandTree } from "./program/discover";
import { parse, type Request } from "./program/parse";
import { createAsk } from "./prompt";
import { renderError, renderErrorJson, renderTrace, reportOf, type ErrorReport } from "./render/error";
import { printable, printableLog } from "./render/printable";
import { renderJson, renderText } from "./render/result";
import { coloursAllowed, createStyle, type Style } from "./render/style";

interface Flags {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly debug: boolean;
  readonly color: boolean;
}

/** Runs one command line and prints its outcome. The only function of Slipway that prints. */
export async function run(argv: readonly string[], host: Host): Promise<ExitCode> {
  const flags = readFlags(argv);
  try {
    const settings = {
      tree: discoverCommands(host.commandsDirectory),
      version: host.version,
      columns: Math.min(host.stdout.columns || 100, 120),
    };
    if (argv[0] === completionRequest) return await printCompletions(argv.slice(1), settings.tree, flags, host);
    return await perform(parse(argv, settings), flags, host);
  } catch (error) {
    return fail(error, argv, flags, host);
  }
}

async function printCompletions(
  words: readonly string[],
  tree: CommandTree,
  flags: Flags,
  host: Host,
): Promise<ExitCode> {
  const candidates = await complete(words, tree, createContext({ ...flags, quiet: true }, host));
  // zsh shows `word:description`; the script says which shell asks.
  const described = host.env["SHELL"]?.endsWith("zsh") === true;
  const lines = candidates.map(({ word, describe }) => (described && describe ? `${word}:${describe}` : word));
  await write(lines.map((line) => `${line}\n`).join(""), host);
  return exitCodes.ok;
}

async function perform(request: Request, flags: Flags, host: Host): Promise<ExitCode> {
  if (request.kind === "text") {
    await write(`${request.text}\n`, host);
    return exitCodes.ok;
  }
  const context = createContext(flags, host);
  const { signal, stderr } = host;
  const tell = (): void => void stderr.write(STOPPING);
  signal.addEventListener("abort", tell, { once: true });
  try {
    const result = await request.command.run(request.args, context);
    context.progress.end();
    // Who only follows what is printed leaves nothing under way.
    if (result.stream) signal.removeEventListener("abort", tell);
    await print(result, flags, host);
    return exitCodeOf(result, signal);
  } finally {
    signal.removeEventListener("abort", tell);
    context.progress.end();
  }
}

const STOPPING = "\nStopping: what is under way ends first. Press Ctrl-C again to stop at once.\n";

// A deployment that ended because of Ctrl-C reports itself as failed; that it was interrupted is the better answer. So it is
// for what would have gone on printing.
function exitCodeOf({ exitCode = exitCodes.ok, stream }: CommandResult, signal: AbortSignal): ExitCode {
  const wasCut = stream !== undefined || exitCode === exitCodes.failed;
  return signal.aborted && wasCut ? exitCodes.interrupted : exitCode;
}

function createContext(flags: Flags, host: Host): CommandContext {
  const { stdin, stderr, env, signal } = host;
  const canAsk = stdin.isTTY === true && stderr.isTTY === true;
  return {
    cwd: host.cwd,
    env,
    clock: host.clock,
    signal,
    forceSignal: host.forceSignal,
    progress: createProgress({
      write: (text) => stderr.write(text),
      live: stderr.isTTY === true && env["TERM"] !== "dumb" && !env["CI"],
      quiet: flags.quiet,
      verbose: flags.verbose,
      columns: stderr.columns || 80,
      clock: host.clock,
    }),
    ask: createAsk(
      canAsk
        ? { input: stdin, output: stderr, plain: !coloursAllowed({ wanted: flags.color, isTTY: true, env }) }
        : undefined,
      signal,
    ),
    libraries: host.libraries,
  };
}

async function print(result: CommandResult, flags: Flags, host: Host): Promise<void> {
  const { schema, stream } = result;
  const line = (text: string): Promise<void> => write(`${text}\n`, host);
  if (stream) {
    for await (const { record, text } of stream)
      await line(flags.json ? renderJson({ schema, data: record }) : printableLog(text));
    return;
  }
  const body = flags.json ? renderJson(result) : forPeople(result, flags, host);
  if (body !== "") await line(body);
}

/** Settles when stdout has it. A closed pipe is the end of the process and no failure: `bin` sees to that. */
function write(text: string, { stdout }: Host): Promise<void> {
  return new Promise((resolve, reject) => {
    stdout.write(text, (error?: NodeJS.ErrnoException | null) => {
      if (error && error.code !== "EPIPE") reject(new OutputLostError(error));
      else resolve();
    });
  });
}

function forPeople(result: CommandResult, flags: Flags, host: Host): string {
  const text = renderText(result, styleFor(host.stdout, flags, host));
  return result.bare && host.stdout.isTTY !== true ? text : printable(text);
}

function fail(thrown: unknown, argv: readonly string[], flags: Flags, host: Host): ExitCode {
  // A library may report the abort in its own words; the person pressed Ctrl-C and gets 130.
  const interrupted = host.signal.aborted && !(thrown instanceof UsageError);
  const report = interrupted ? { ...reportOf(thrown), exitCode: exitCodes.interrupted } : reportOf(thrown);
  const isPlainAbort = interrupted && report.code === "internal-error";
  const shown = forStack(isPlainAbort ? reportOf(new InterruptedError()) : report, argv);
  if (flags.debug) host.stderr.write(`${printable(renderTrace(thrown))}\n`);
  const line = flags.json ? renderErrorJson(shown) : printable(renderError(shown, styleFor(host.stderr, flags, host)));
  host.stderr.write(`${line}\n`);
  return shown.exitCode;
}

/** Libraries know no stacks: their hints leave a place for the one that the command line names. */
function forStack({ hint, ...report }: ErrorReport, argv: readonly string[]): ErrorReport {
  const [stack] = argv.flatMap((word, index) =>
    word === "--stack" || word === "-s"
      ? argv.slice(index + 1, index + 2)
      : (/^(?:--stack=|-s=?)(.+)/s.exec(word)?.[1] ?? []),
  );
  return { ...report, hint: stack ? hint?.replaceAll("<stack>", stack) : hint };
}

const styleFor = (output: Output, flags: Flags, { env }: Host): Style =>
  createStyle(coloursAllowed({ wanted: flags.color, isTTY: output.isTTY === true, env }));

// Read before parsing, because a command line that does not parse is reported by the same flags.
function readFlags(argv: readonly string[]): Flags {
  const own = argv.slice(0, argv.includes("--") ? argv.indexOf("--") : argv.length);
  const has = (...names: readonly string[]): boolean =>
    names.some((name) => own.includes(name) || own.includes(`${name}=true`));
  return {
    json: has("--json"),
    quiet: has("--quiet", "-q"),
    verbose: has("--verbose", "-v"),
    debug: has("--debug"),
    color: !has("--no-color", "--color=false"),
  };
}
