/**
 * The items of `source`, the next of which is asked for while the one before is worked on. What goes wrong with it is
 * told when its turn comes.
 */
export async function* ahead<T>(source: AsyncIterable<T>): AsyncGenerator<T, undefined> {
  const items = source[Symbol.asyncIterator]();
  let coming = items.next();
  try {
    for (;;) {
      const next = await coming;
      if (next.done === true) return undefined;
      coming = items.next();
      // Nobody waits for it yet, and a rejection that nobody waits for would end the process.
      coming.catch(() => undefined);
      yield next.value;
    }
  } finally {
    await items.return?.();
  }
}
