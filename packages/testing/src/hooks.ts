/** What happens around each call of a port; either may throw, before the call or after it was carried out. */
export interface Hook {
  readonly before?: (call: string, args: readonly unknown[]) => Promise<void> | void;
  readonly after?: (call: string, args: readonly unknown[]) => Promise<void> | void;
}

/** A whole call of a port: `run` carries it out, now, later, twice or not at all. */
export type Around = (call: string, run: () => Promise<unknown>, args: readonly unknown[]) => Promise<unknown>;

/** Names of the dependencies that are ports: objects whose methods return promises, or pages to iterate over. */
export type Ports<T> = readonly (keyof T & string)[];

/**
 * The same dependencies with a hook around every call of some of their ports. Calls are named like `objects.copy`. Where
 * a call returns pages, asking for each of them is a call of that name too.
 *
 * @example
 * withHooks(deps, ["objects", "ledger"], { before: (call) => void calls.push(call) });
 */
export function withHooks<T extends object>(deps: T, ports: Ports<NoInfer<T>>, hook: Hook | Around): T {
  const around = typeof hook === "function" ? hook : toAround(hook);
  const hooked = ports.map((name) => {
    const port: unknown = deps[name];
    if (typeof port !== "object" || port === null) throw new TypeError(`there is no port ${name}`);
    return [name, hookPort(name, port, around)];
  });
  return { ...deps, ...Object.fromEntries(hooked) };
}

const toAround =
  ({ before, after }: Hook): Around =>
  async (call, run, args) => {
    await before?.(call, args);
    const result = await run();
    await after?.(call, args);
    return result;
  };

function hookPort(name: string, port: object, around: Around): object {
  return new Proxy(port, {
    get: (target, key) => {
      const method: unknown = Reflect.get(target, key);
      if (typeof method !== "function") return method;
      const call = `${name}.${String(key)}`;
      return (...args: unknown[]) => {
        const carryOut = async (): Promise<unknown> => Reflect.apply(method, target, args);
        const answer = around(call, carryOut, args).then((value) => hookPages(call, value, args, around));
        // Who iterates waits for the first page and not for this promise.
        answer.catch(() => undefined);
        return Object.assign(answer, { [Symbol.asyncIterator]: () => iterate(answer) });
      };
    },
  });
}

async function* iterate(pages: Promise<unknown>) {
  yield* (await pages) as AsyncIterable<unknown>;
}

function hookPages(call: string, value: unknown, args: readonly unknown[], around: Around): unknown {
  if (typeof value !== "object" || value === null || !(Symbol.asyncIterator in value)) return value;
  const pages = value as AsyncIterable<unknown>;
  return {
    async *[Symbol.asyncIterator]() {
      const iterator = pages[Symbol.asyncIterator]();
      for (;;) {
        const next = (await around(call, () => iterator.next(), args)) as IteratorResult<unknown>;
        if (next.done === true) return;
        yield next.value;
      }
    },
  };
}
