import { PLACEHOLDERS } from "../contract";

/** A calendar day and a time of day, in UTC. */
export interface Moment {
  /** `YYYY-MM-DD`, of the calendar's year. */
  readonly date: string;
  /** `HHMMSS` */
  readonly time: string;
}

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;

/** The moment of an ISO 8601 time, in UTC. @throws RangeError when it is none. */
export function momentOf(iso: string): Moment {
  const [date = "", rest = ""] = new Date(iso).toISOString().split("T");
  return { date, time: rest.slice(0, 8).replaceAll(":", "") };
}

/** Whether it is a day of the calendar, written `YYYY-MM-DD`. */
export function isDate(text: string): boolean {
  if (!DATE.test(text)) return false;
  const parsed = new Date(`${text}T00:00:00.000Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(text);
}

/** `20241231` */
export const compact = ({ date }: Pick<Moment, "date">): string => date.replaceAll("-", "");

/** Fills the placeholders of a destination, in which `$TODAYS_DATE` is `2024-12-31`. */
export const fillDestination = (text: string, moment: Moment): string => fill(text, moment, moment.date);

/** Fills the placeholders of a control file's name, in which `$TODAYS_DATE` is `20241231`. */
export const fillControlFile = (text: string, moment: Moment): string => fill(text, moment, compact(moment));

const fill = (text: string, moment: Moment, date: string): string =>
  text
    .replaceAll(PLACEHOLDERS.compactTime, `${compact(moment)}_${moment.time}`)
    .replaceAll(PLACEHOLDERS.compactDate, compact(moment))
    .replaceAll(PLACEHOLDERS.date, date);
