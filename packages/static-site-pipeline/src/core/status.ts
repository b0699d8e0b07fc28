import { STATUSES, type Status } from "../contract";

export { STATUSES, type Status } from "../contract";

/** The legal moves; everything else about statuses is computed from this table. */
export const TRANSITIONS: Readonly<Record<Status, readonly Status[]>> = {
  "Pre Provisioned": ["Provision Request", "Scheduled for Deletion"],
  "Provision Request": ["Provisioning", "Failed to Provision", "Scheduled for Deletion"],
  Provisioning: ["Ready for Deployment", "Failed to Provision"],
  "Ready for Deployment": ["Queued", "Scheduled for Deletion"],
  Queued: ["Deploying", "Failed to Deploy", "Scheduled for Deletion"],
  Deploying: ["Deployed", "Failed to Deploy"],
  Deployed: ["Queued", "Scheduled for Deletion"],
  "Failed to Deploy": ["Queued", "Scheduled for Deletion"],
  "Scheduled for Deletion": ["Deleting", "Failed to Delete"],
  "Failed to Provision": ["Provision Request", "Scheduled for Deletion"],
  Deleting: ["Deleted", "Failed to Delete"],
  "Failed to Delete": ["Scheduled for Deletion"],
  Deleted: [],
};

/** Whether nothing comes after this status. */
export const isTerminal = (status: Status): boolean => TRANSITIONS[status].length === 0;

/** Whether the table has this move. */
export const isLegal = (from: Status, to: Status): boolean => TRANSITIONS[from].includes(to);

/** Statuses from which a pipeline may move to `to`: the condition of the conditional write. */
export const sourcesOf = (to: Status): readonly Status[] => STATUSES.filter((from) => isLegal(from, to));

/** Every legal move. */
export const edges = (): readonly (readonly [from: Status, to: Status])[] =>
  STATUSES.flatMap((from) => TRANSITIONS[from].map((to) => [from, to] as const));

const isFailure = (status: Status): boolean => status.startsWith("Failed to ");

/** Where a pipeline goes that stays in this status for too long; nothing where it waits for a person. */
export const timeOutOf = (status: Status): Status | undefined => TRANSITIONS[status].find(isFailure);

/** Statuses in which a pipeline waits for Slipway rather than for a person. */
export const MACHINE_HELD: readonly Status[] = STATUSES.filter((status) => timeOutOf(status) !== undefined);

/** Whether a person may ask for the site's removal right now. */
export const isDeletable = (status: Status): boolean => isLegal(status, "Scheduled for Deletion");

/** Statuses of a pipeline on its way out. */
export const isLeaving = (status: Status): boolean => {
  return (["Scheduled for Deletion", "Deleting", "Failed to Delete", "Deleted"] as readonly Status[]).includes(status);
};

const MINUTE = 60_000;
/** Milliseconds that a status may last. A certificate and a distribution may well take an hour each. */
const PATIENCE: Readonly<Partial<Record<Status, number>>> = {
  "Provision Request": 30 * MINUTE,
  Provisioning: 180 * MINUTE,
  Queued: 90 * MINUTE,
  Deploying: 30 * MINUTE,
  "Scheduled for Deletion": 60 * MINUTE,
  Deleting: 180 * MINUTE,
};

/** Milliseconds after which the time-out edge of a status is taken; nothing where there is none. */
export const patienceOf = (status: Status): number | undefined =>
  timeOutOf(status) === undefined ? undefined : (PATIENCE[status] ?? 60 * MINUTE);

/** The diagram of the table, in Mermaid's language. */
export function statusDiagram(): string {
  const id = (status: Status): string => status.replaceAll(" ", "");
  return [
    "stateDiagram-v2",
    ...STATUSES.map((status) => `  state "${status}" as ${id(status)}`),
    `  [*] --> ${id("Pre Provisioned")}`,
    ...edges().map(([from, to]) => `  ${id(from)} --> ${id(to)}`),
    ...STATUSES.filter(isTerminal).map((status) => `  ${id(status)} --> [*]`),
  ].join("\n");
}
