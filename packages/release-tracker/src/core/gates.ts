import type { Deployment, Pin, Rejection } from "./deployment";
import type { DeploymentFreeze, DeploymentWindow, ProjectEnvironment } from "./manifest";
import type { Refusal } from "./plan";
import { fromTimestamp } from "./release";

/** What the gates look at. */
export interface GateFacts {
  readonly now: Date;
  readonly releaseId: string;
  readonly environment: ProjectEnvironment;
  readonly pin?: Pin | undefined;
  readonly rejection?: Rejection | undefined;
  /** Deployments of the same release, anywhere. */
  readonly deployments: readonly Deployment[];
}

/** Every reason why the deployment is not allowed now; empty when it is. */
export const checkDeploy = (facts: GateFacts): readonly Refusal[] =>
  [checkRejection, checkPin, checkFreezes, checkWindows, checkOrder].flatMap((check) => check(facts) ?? []);

/** A rollback is for emergencies: only a rejection of the release itself stands in its way. */
export const checkRollback = (facts: GateFacts): readonly Refusal[] =>
  [checkRejection].flatMap((check) => check(facts) ?? []);

function checkRejection({ rejection, releaseId }: GateFacts): Refusal | undefined {
  if (rejection === undefined) return undefined;
  return { kind: "rejected", releaseId, reason: rejection.reason, by: rejection.rejected_by };
}

function checkPin({ pin, environment, releaseId }: GateFacts): Refusal | undefined {
  if (pin === undefined || pin.release_id === releaseId) return undefined;
  return { kind: "pinned", environmentId: environment.id, reason: pin.reason, by: pin.pinned_by };
}

function checkFreezes({ environment, now }: GateFacts): Refusal | undefined {
  const freeze = environment.freezes?.find((candidate) => isFrozen(candidate, now));
  if (freeze === undefined) return undefined;
  return { kind: "frozen", environmentId: environment.id, reason: freeze.reason, until: freeze.to };
}

function checkWindows({ environment, now }: GateFacts): Refusal | undefined {
  const windows = environment.windows ?? [];
  if (windows.length === 0 || windows.some((window) => isInWindow(window, now))) return undefined;
  return { kind: "outside-window", environmentId: environment.id, windows: windows.map(describeWindow) };
}

function checkOrder({ environment, deployments, releaseId, now }: GateFacts): Refusal | undefined {
  const { requires } = environment;
  if (requires === undefined) return undefined;
  const finished = deployments
    .filter((deployment) => deployment.environment.id === requires && deployment.status === "succeeded")
    .map(({ date_finished, date_created }) => fromTimestamp(date_finished ?? date_created).getTime());
  if (finished.length === 0) return { kind: "order", environmentId: environment.id, requires, releaseId };
  const until = Math.min(...finished) + (environment.soak_minutes ?? 0) * 60_000;
  if (until <= now.getTime()) return undefined;
  return { kind: "soak", environmentId: environment.id, requires, until: new Date(until).toISOString() };
}

const isFrozen = ({ from, to }: DeploymentFreeze, now: Date): boolean => new Date(from) <= now && now < new Date(to);

/** Whether a moment lies in a window, told in the window's own time zone; also past midnight. */
export function isInWindow(window: DeploymentWindow, now: Date): boolean {
  const { day, time } = localTime(now, window.timezone);
  if (window.from <= window.to) return window.days.includes(day) && window.from <= time && time < window.to;
  const yesterday = localTime(new Date(now.getTime() - 24 * 60 * 60_000), window.timezone).day;
  return (window.days.includes(day) && window.from <= time) || (window.days.includes(yesterday) && time < window.to);
}

const DAY_NAMES: Readonly<Record<string, DeploymentWindow["days"][number]>> = {
  Mon: "mon",
  Tue: "tue",
  Wed: "wed",
  Thu: "thu",
  Fri: "fri",
  Sat: "sat",
  Sun: "sun",
};

function localTime(now: Date, timeZone: string): { day: DeploymentWindow["days"][number]; time: string } {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  const parts = new Map(format.formatToParts(now).map(({ type, value }) => [type, value]));
  const day = DAY_NAMES[parts.get("weekday") ?? ""];
  if (day === undefined) throw new RangeError(`no weekday for ${now.toISOString()} in ${timeZone}`);
  return { day, time: `${parts.get("hour")}:${parts.get("minute")}` };
}

const describeWindow = ({ days, from, to, timezone }: DeploymentWindow): string =>
  `${days.join(" ")} ${from}-${to} ${timezone}`;
