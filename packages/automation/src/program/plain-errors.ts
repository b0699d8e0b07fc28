/**
 * Loaded into the programs that the engine starts, before anything of theirs: shows errors without colouring them.
 *
 * Pulumi prints a failed program's error with `util.inspect(error, { colors: true })`. On frames such as
 * `node_modules/@pulumi/output.ts`, which Pulumi's source maps produce, Node 20.20 colours for a minute and gigabytes
 * (`markNodeModules` in its internal/util/inspect), and a program whose engine was killed does so unseen.
 */
import util from "node:util";

type Inspect = typeof util.inspect;

const original = util.inspect;

function inspect(...[value, options, ...rest]: Parameters<Inspect>): string {
  const colourless = value instanceof Error && typeof options === "object" ? { ...options, colors: false } : options;
  return original(value, colourless, ...rest);
}

util.inspect = Object.assign(inspect, original) as Inspect;
