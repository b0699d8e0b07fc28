const units = ["B", "kB", "MB", "GB", "TB"] as const;

/** A number of bytes in the unit in which it has at most four digits: `850 B`, `1.2 MB`. */
export function size(bytes: number): string {
  const power = bytes < 1000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
  return `${power === 0 ? bytes : (bytes / 1000 ** power).toFixed(1)} ${units[power]}`;
}
