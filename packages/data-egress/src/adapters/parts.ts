const MIB = 1024 * 1024;
/** Bytes of the first parts, which is what each file that is on its way holds in memory. */
const FIRST_BYTES = 8 * MIB;
/** S3 takes 10,000 parts. They grow, so that objects of 5 TB fit without their size being known: it changes on the way. */
const GROW_EVERY = 1000;

/** Bytes of the n-th part, from 1. */
const partBytes = (number: number): number => FIRST_BYTES * 2 ** Math.floor((number - 1) / GROW_EVERY);

/** Cuts a stream into parts as S3 takes them: all of one size but the last. An empty stream has none. */
export async function* inParts(body: AsyncIterable<Uint8Array>, sizeOf = partBytes): AsyncGenerator<Uint8Array> {
  let number = 1;
  let held: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    let rest = chunk;
    while (bytes + rest.length >= sizeOf(number)) {
      const needed = sizeOf(number) - bytes;
      yield Buffer.concat([...held, rest.subarray(0, needed)]);
      rest = rest.subarray(needed);
      [held, bytes] = [[], 0];
      number += 1;
    }
    if (rest.length > 0) held.push(rest);
    bytes += rest.length;
  }
  if (bytes > 0) yield Buffer.concat(held);
}
