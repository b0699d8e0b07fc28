/** Bytes of an object from `first` to `last`, both included, that make one part of an upload. */
export interface PartRange {
  /** From 1. */
  readonly number: number;
  readonly first: number;
  readonly last: number;
}

/** Most parts that one upload can have; source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
export const MOST_PARTS = 10_000;

/** Smallest part but for the last one; source: the same. */
export const SMALLEST_PART = 5 * 1024 ** 2;

/** Largest object that one CopyObject takes; source: the same. */
export const LARGEST_WHOLE_COPY = 5 * 1024 ** 3;

/**
 * Cuts an object into parts of one size, the last one shorter.
 *
 * @param size Bytes of the object, at least 1.
 * @param smallest Bytes of a part, unless that makes more than `most` parts.
 */
export function planParts(size: number, smallest: number, most: number = MOST_PARTS): readonly PartRange[] {
  const partSize = Math.max(smallest, Math.ceil(size / most));
  return Array.from({ length: Math.ceil(size / partSize) }, (_, index) => ({
    number: index + 1,
    first: index * partSize,
    last: Math.min(size, (index + 1) * partSize) - 1,
  }));
}
