/** What a job can be. */
export const STATUSES = ["Running", "Waiting", "Succeeded", "Failed", "Refused"] as const;

/** One of {@link STATUSES}. */
export type Status = (typeof STATUSES)[number];

/** What happens to a job. */
export type JobEvent = "claim" | "succeed" | "put-off" | "give-up" | "refuse";

/**
 * All legal moves. A job that runs can be claimed: its worker may be dead. One that failed or was refused can be tried again
 * when somebody redrives its message. One that succeeded never runs again: a replay is a job of its own.
 */
export const TRANSITIONS: Readonly<Record<Status, Readonly<Partial<Record<JobEvent, Status>>>>> = {
  Running: { claim: "Running", succeed: "Succeeded", "put-off": "Waiting", "give-up": "Failed", refuse: "Refused" },
  Waiting: { claim: "Running" },
  Failed: { claim: "Running" },
  Refused: { claim: "Running" },
  Succeeded: {},
};

/** The status after an event; undefined when the event is not legal. */
export const decide = (status: Status, event: JobEvent): Status | undefined => TRANSITIONS[status][event];

/** Statuses in which an event is legal. */
export const sourcesOf = (event: JobEvent): readonly Status[] =>
  STATUSES.filter((status) => TRANSITIONS[status][event] !== undefined);
