/**
 * Orders two events of ONE key: negative when `a` is the earlier one. Says nothing about events of different keys.
 *
 * Sequencers have different lengths; the shorter is filled up with zeros on the right, then both compare as text.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export function compareSequencers(a: string, b: string): number {
  const length = Math.max(a.length, b.length);
  const [left, right] = [a, b].map((each) => each.toUpperCase().padEnd(length, "0")) as [string, string];
  return left < right ? -1 : left > right ? 1 : 0;
}
