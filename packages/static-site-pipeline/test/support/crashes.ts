import type { QueueDependencies } from "../../src/handlers/consume";

/** A process that died. */
export class Crash extends Error {
  override readonly name = "Crash";
}

/** Ports that a process may die around. */
const PORTS = [
  "pipelines",
  "queues",
  "builder",
  "outputs",
  "deployer",
  "infrastructure",
  "statuses",
  "events",
] as const;

/** How calls of ports are watched. */
export interface Watch {
  /** @param call e.g. `pipelines.write`. */
  before?(call: string): void;
  after?(call: string): void;
}

/** The same dependencies with a watch around every call of every port. */
export function watched<T extends QueueDependencies>(deps: T, watch: Watch): T {
  return { ...deps, ...Object.fromEntries(PORTS.map((port) => [port, wrap(port, deps[port], watch)])) };
}

function wrap(path: string, target: object, watch: Watch): object {
  return new Proxy(target, {
    get: (object, name) => {
      const value: unknown = Reflect.get(object, name);
      const call = `${path}.${String(name)}`;
      // Queues and steps are objects of functions.
      if (typeof value === "object" && value !== null) return wrap(call, value, watch);
      if (typeof value !== "function" || name === "list") return value;
      return async (...args: unknown[]): Promise<unknown> => {
        watch.before?.(call);
        const result: unknown = await Reflect.apply(value, object, args);
        watch.after?.(call);
        return result;
      };
    },
  });
}

/** Where a process dies: at its k-th call, before or after it was carried out. */
export interface CrashPoint {
  readonly at: number;
  readonly when: "before" | "after";
}

/** Dependencies of a process that dies at a point, and whether it has. */
export function dying<T extends QueueDependencies>(deps: T, { at, when }: CrashPoint) {
  let calls = 0;
  let dead = false;
  const state = {
    get dead(): boolean {
      return dead;
    },
    get calls(): number {
      return calls;
    },
  };
  const die = (): never => {
    dead = true;
    throw new Crash(`at call ${at}, ${when}`);
  };
  const process = watched(deps, {
    before: () => {
      if (dead) die();
      calls += 1;
      if (calls === at && when === "before") die();
    },
    after: () => {
      if (calls === at && when === "after") die();
    },
  });
  return { process, state };
}

/** Every point at which a run may die; it is run until none is left. */
export async function sweepCrashes(run: (point: CrashPoint) => Promise<boolean>): Promise<number> {
  for (let at = 1; at < 1000; at += 1) {
    const died = [await run({ at, when: "before" }), await run({ at, when: "after" })];
    if (!died.includes(true)) return at - 1;
  }
  throw new Error("the run never comes to an end");
}
