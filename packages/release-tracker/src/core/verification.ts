import { digestOf } from "./status";

/** What one look at an ECS service shows. */
export interface ServiceObservation {
  /** Tasks that are wanted. */
  readonly desired: number;
  /** Tasks of the newest deployment that run. */
  readonly running: number;
  /** State of the newest deployment. */
  readonly rollout: "in-progress" | "completed" | "failed";
  readonly rolloutReason?: string | undefined;
  /** Deployments that still have tasks: 1 when the old one is gone. */
  readonly deployments: number;
  /** Digest of the container's image in each running task; `undefined` where the task does not tell. */
  readonly digests: readonly (string | undefined)[];
  /** Image that the task definition names for the container. */
  readonly image?: string | undefined;
  /** Why tasks stopped, latest first. */
  readonly stopped: readonly string[];
  /** Latest event message of the service. */
  readonly event?: string | undefined;
}

/** What a look amounts to. */
export type ServiceVerdict =
  | { readonly kind: "verified"; readonly digest?: string | undefined }
  | { readonly kind: "waiting"; readonly message: string }
  | { readonly kind: "failed"; readonly reason: string };

/** Judges whether a service runs the image it was released with. Pure and total. */
export function judgeService(observation: ServiceObservation, image: string): ServiceVerdict {
  const { desired, rollout } = observation;
  if (rollout === "failed") return { kind: "failed", reason: explain(observation, "its deployment failed") };
  if (rollout === "in-progress" || observation.deployments > 1 || observation.running < desired) {
    return { kind: "waiting", message: explain(observation, `${observation.running} of ${desired} tasks run`) };
  }
  return desired === 0 ? judgeDefinition(observation, image) : judgeTasks(observation, image);
}

function judgeDefinition({ image: defined }: ServiceObservation, image: string): ServiceVerdict {
  return defined === image
    ? { kind: "verified" }
    : { kind: "failed", reason: `its task definition names ${defined ?? "no image"} in place of ${image}` };
}

function judgeTasks(observation: ServiceObservation, image: string): ServiceVerdict {
  const expected = digestOf(image);
  if (expected === undefined) return { ...judgeDefinition(observation, image) };
  const others = observation.digests.filter((digest) => digest !== expected);
  if (others.length === 0 && observation.digests.length > 0) return { kind: "verified", digest: expected };
  if (others.includes(undefined) || observation.digests.length === 0) {
    return { kind: "waiting", message: "its tasks do not tell their image digest yet" };
  }
  // ECS may have rolled back by itself: then the stopped tasks tell why.
  const summary = `it runs ${[...new Set(others)].join(", ")} in place of ${expected}`;
  return { kind: "failed", reason: explain(observation, summary) };
}

function explain({ rolloutReason, stopped, event }: ServiceObservation, summary: string): string {
  const details = [rolloutReason, stopped[0], event].filter((text) => text !== undefined && text !== "");
  return [summary, ...new Set(details)].join("; ");
}
