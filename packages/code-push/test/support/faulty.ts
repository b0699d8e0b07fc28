/** What happens around each call of a port; either may throw, before the call or after it was carried out. */
export interface Hook {
  readonly before?: (call: string) => Promise<void> | void;
  readonly after?: (call: string) => Promise<void> | void;
}

/** The same object with a hook around every method that returns a promise. */
export function withHook<T extends object>(target: T, { before, after }: Hook): T {
  return new Proxy(target, {
    get: (object, name) => {
      const method: unknown = Reflect.get(object, name);
      if (typeof method !== "function") return method;
      return (...args: unknown[]): unknown => {
        // A listing is an iterable and no promise, and what bounds a git is neither: they are left alone.
        if (name === "list" || name === "within") return Reflect.apply(method, object, args);
        return around(String(name), () => Reflect.apply(method, object, args), { before, after });
      };
    },
  });
}

async function around(call: string, run: () => unknown, { before, after }: Hook): Promise<unknown> {
  await before?.(call);
  const result = await run();
  await after?.(call);
  return result;
}

/** A process that died. */
export class Crash extends Error {
  override readonly name = "Crash";
}
