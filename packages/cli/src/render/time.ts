const units = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
] as const;

/** A length of time in its two largest units: `2m 3s`, `850ms`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.max(0, Math.round(milliseconds))}ms`;
  const first = units.findIndex(([, length]) => milliseconds >= length);
  let rest = milliseconds;
  return units
    .slice(first, first + 2)
    .map(([unit, length]) => {
      const count = Math.floor(rest / length);
      rest -= count * length;
      return { count, unit };
    })
    .filter(({ count }) => count > 0)
    .map(({ count, unit }) => `${count}${unit}`)
    .join(" ");
}

const pad = (value: number): string => String(value).padStart(2, "0");

/**
 * A moment with its distance from now: `2026-11-21 14:02 (3m ago)`, in UTC as the records are.
 *
 * @param iso ISO 8601; without a zone it is UTC, as the releases table has it.
 */
export function moment(iso: string, now: Date): string {
  const zoned = /(Z|[+-]\d\d:?\d\d)$/.test(iso) ? iso : `${iso}Z`;
  const date = new Date(zoned);
  if (Number.isNaN(date.getTime())) return iso;
  const day = `${date.getUTCFullYear()}-${pad(date.getUTCMonth() + 1)}-${pad(date.getUTCDate())}`;
  const past = now.getTime() - date.getTime();
  const distance = past < 0 ? `in ${duration(-past)}` : `${duration(past)} ago`;
  return `${day} ${pad(date.getUTCHours())}:${pad(date.getUTCMinutes())} (${distance})`;
}
