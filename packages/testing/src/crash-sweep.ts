import { withHooks, type Around, type Ports } from "./hooks";

/** Where a process is killed. */
export interface CrashPoint {
  /** Number of the call, from 1, or the name of a call, of which the first one counts. */
  readonly call: number | string;
  /** Before the call is made, or after it was carried out and before its answer is seen. */
  readonly when: "before" | "after";
}

/** How a process ended. */
export type Ended<R> = { readonly killed: true } | { readonly killed: false; readonly result: R };

/**
 * Runs work in a process that is killed at a call of its ports. From then on nothing of it runs: no handler of an error,
 * no clean-up, no other call; calls that were under way are carried out, and nobody sees their answers.
 */
export const runKilled = <T extends object, R>(
  deps: T,
  ports: Ports<NoInfer<T>>,
  at: CrashPoint,
  work: (deps: T) => Promise<R>,
): Promise<Ended<R>> => runMortal(deps, ports, work, at);

/** The same hook whether it kills or not: how many calls are made side by side depends on how long each one takes. */
function runMortal<T extends object, R>(
  deps: T,
  ports: Ports<NoInfer<T>>,
  work: (deps: T) => Promise<R>,
  at: CrashPoint | undefined,
  calls: string[] = [],
): Promise<Ended<R>> {
  const never = new Promise<never>(() => undefined);
  let dead = false;
  let kill = (): void => undefined;
  const death = new Promise<Ended<R>>((resolve) => {
    kill = () => {
      dead = true;
      resolve({ killed: true });
    };
  });
  const around: Around = async (call, run) => {
    if (dead) return never;
    calls.push(call);
    const isPoint = at?.call === calls.length || at?.call === call;
    if (isPoint && at?.when === "before") {
      kill();
      return never;
    }
    const settled = await run().then(
      (value) => () => value,
      (error: unknown) => () => {
        throw error;
      },
    );
    if (isPoint) kill();
    return dead ? never : settled();
  };
  const finished = async (): Promise<Ended<R>> => ({
    killed: false,
    result: await work(withHooks(deps, ports, around)),
  });
  return Promise.race([death, finished()]);
}

/** A piece of work, and what must hold wherever its process is killed. */
export interface CrashSweep<W extends object> {
  /** Makes everything anew for each point: the ports as fields, and whatever else the work needs. */
  readonly world: () => W | Promise<W>;
  /** The ports whose calls are the points. */
  readonly ports: Ports<NoInfer<W>>;
  /** What the process does, with ports that end when it is killed. */
  readonly act: (mortal: W) => Promise<unknown>;
  /** Delivers again or recovers, with ports that work, and expects what must hold. Without a point nothing was killed. */
  readonly check: (world: W, point: CrashPoint | undefined) => Promise<void>;
  /** Picks points, where all of them take too long. @default all */
  readonly only?: (point: CrashPoint) => boolean;
}

/**
 * Kills a process before and after each of its calls, one after the other, each time in a fresh world. It is complete for
 * one process: a first run that nobody kills counts the calls, and a later run that does not reach its point fails.
 *
 * @returns the names of the calls, in order.
 */
export async function crashSweep<W extends object>(sweep: CrashSweep<W>): Promise<readonly string[]> {
  const { world, ports, act, check, only = () => true } = sweep;
  const calls: string[] = [];
  const unharmed = await world();
  await runMortal(unharmed, ports, act, undefined, calls);
  await check(unharmed, undefined);

  for (const [index, name] of calls.entries()) {
    for (const when of ["before", "after"] as const) {
      const point = { call: index + 1, when };
      if (only(point)) await told(`${when} call ${point.call}, ${name}`, () => killOnce(sweep, point));
    }
  }
  return calls;
}

async function killOnce<W extends object>({ world, ports, act, check }: CrashSweep<W>, at: CrashPoint): Promise<void> {
  const fresh = await world();
  const ended = await runKilled(fresh, ports, at, act);
  if (!ended.killed) throw new Error("this run did not make that call: the process is not the same each time");
  await check(fresh, at);
}

async function told(where: string, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (error instanceof Error) error.message = `killed ${where}: ${error.message}`;
    throw error;
  }
}
