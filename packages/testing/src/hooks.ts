/** What happens around each call of a port; either may throw, before the call or after it was carried out. */
export interface Hook {
  readonly before?: (call: string, args: readonly unknown[]) => Promise<void> | void;
  readonly after?: (call: string, args: readonly unknown[]) => Promise<void> | void;
}

/** A whole call of a port: `run` carries it out, now, later, twice or not at all. */
export type Around = (call: string, run: () => Promise<unknown>, args: readonly unknown[]) => Promise<unknown>;

/**
 * Names of the dependencies that are ports: objects whose methods return promises, or pages to iterate over. A port within
 * an object has a dotted name, e.g. `queues.deploy`.
 */
export type Ports<T> = readonly ((keyof T & string) | `${keyof T & string}.${string}`)[];

/**
 * The same dependencies with a hook around every call of some of their ports. Calls are named like `objects.copy`. Where
 * a call returns pages, asking for each of them is a call of that name too.
 *
 * @example
 * withHooks(deps, ["objects", "ledger"], { before: (call) => void calls.push(call) });
 */
export function withHooks<T extends object>(deps: T, ports: Ports<NoInfer<T>>, hook: Hook | Around): T {
  const around = typeof hook === "function" ? hook : toAround(hook);
  const hooked = { ...deps } as Record<string, unknown>;
  for (const name of ports) {
    const [first = "", ...path] = name.split(".");
    hooked[first] = replaceAt(hooked[first], path, name, (port) => hookPort(name, port, around));
  }
  return hooked as T;
}

/** The same object with another one in the place of what a path leads to. */
function replaceAt(
  found: unknown,
  [next, ...path]: readonly string[],
  name: string,
  replace: (port: object) => object,
): object {
  if (typeof found !== "object" || found === null) throw new TypeError(`there is no port ${name}`);
  if (next === undefined) return replace(found);
  const replaced = replaceAt(Reflect.get(found, next), path, name, replace);
  return new Proxy(found, { get: (target, key): unknown => (key === next ? replaced : Reflect.get(target, key)) });
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
