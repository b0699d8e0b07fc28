/**
 * Loaded into the programs that the engine starts, before anything of theirs: spares them what Pulumi's SDK computes and
 * nobody asked for: a third of the processor's time of a program with a hundred resources, 0.2 s of one without any.
 *
 * 1. The SDK writes down where each of its promises was made, for PULUMI_DEBUG_PROMISE_LEAKS, and maps that back to the
 *    sources. Without that variable nothing reads it.
 * 2. The SDK loads the TypeScript compiler and npm's arborist with each program. It needs them only where a function of the
 *    program becomes a Lambda, and gets them then.
 * 3. A language host that was built from source does not learn `typescript: false` of Pulumi.yaml, and has the SDK compile
 *    whatever the program loads.
 */
import { readFileSync } from "node:fs";
import Module from "node:module";
import { dirname, join, sep } from "node:path";

type Load = (this: unknown, request: string, parent: NodeJS.Module | undefined, ...rest: unknown[]) => unknown;

/** Internal to the SDK, so that it has no types. */
interface Debuggable {
  debuggablePromise(this: void, ...args: unknown[]): unknown;
}

const LATE = new Set(["typescript", "@npmcli/arborist"]);
const SDK = [sep, "@pulumi", sep, "pulumi", sep].join("");

const loader = Module as unknown as { _load: Load };
const load = loader._load;

loader._load = function (request, parent, ...rest) {
  const now = (): unknown => load.call(this, request, parent, ...rest);
  if (parent?.filename?.includes(SDK) !== true) return now();
  if (LATE.has(request) && isThere(request, parent.filename)) return late(now);
  const loaded = now();
  if (request.endsWith("/debuggable")) forgetOrigins(loaded as Debuggable);
  return loaded;
};

/** Where it is missing, the SDK notices that when it loads it, and takes what it brought along. */
function isThere(request: string, from: string): boolean {
  try {
    Module.createRequire(from).resolve(request);
    return true;
  } catch {
    return false;
  }
}

/** A module that is loaded when something of it is asked for. */
function late(now: () => unknown): unknown {
  let loaded: Record<PropertyKey, unknown> | undefined;
  return new Proxy(
    {},
    {
      get(_, name) {
        // Asked by the SDK's compiled imports, which would copy all of it otherwise.
        if (name === "__esModule") return true;
        loaded ??= now() as Record<PropertyKey, unknown>;
        return name in loaded || name !== "default" ? loaded[name] : loaded;
      },
    },
  );
}

/** Settings of the project that a folder belongs to; nothing outside of projects. */
function projectOf(folder: string): string | undefined {
  for (const file of ["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"]) {
    try {
      return readFileSync(join(folder, file), "utf8");
    } catch {
      // It is called otherwise, or is further up.
    }
  }
  return dirname(folder) === folder ? undefined : projectOf(dirname(folder));
}

const COMPILES = "PULUMI_NODEJS_TYPESCRIPT";
const WITHOUT_COMPILER = /^[^#\n]*\btypescript\b["']?\s*:\s*false\b/m;
if (process.env[COMPILES] === "true" && WITHOUT_COMPILER.test(projectOf(process.cwd()) ?? "")) {
  process.env[COMPILES] = "false";
}

const done = new WeakSet<Debuggable>();

function forgetOrigins(debuggable: Debuggable): void {
  if (done.has(debuggable) || process.env["PULUMI_DEBUG_PROMISE_LEAKS"] !== undefined) return;
  done.add(debuggable);
  const { debuggablePromise } = debuggable;
  debuggable.debuggablePromise = (...args) => {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      return debuggablePromise(...args);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  };
}
