import type { Deployment, Pin } from "./deployment";
import type { EnvironmentRef, Images } from "./release";

/** How one service of one environment stands: what was released, what the label says, what runs. */
export interface ServiceStatus {
  readonly service: string;
  /** Image of the last successful deployment. */
  readonly released?: string | undefined;
  /** Image that the environment's label names. */
  readonly label?: string | undefined;
  /** Digests that its tasks run, without duplicates; absent when nobody could look. */
  readonly running?: readonly string[] | undefined;
  /** Where label, record and running digest are not the same; empty when all agree. */
  readonly drift: readonly ServiceDrift[];
}

/**
 * - `label`: the label names another image than the last successful deployment.
 * - `running`: a task runs another digest than the last successful deployment.
 * - `not-running`: tasks are wanted and none runs.
 */
export type ServiceDrift = "label" | "running" | "not-running";

/** How one environment stands. */
export interface EnvironmentStatus {
  readonly environment: EnvironmentRef;
  /** Last successful deployment. */
  readonly released?: Deployment | undefined;
  /** Latest deployment of any status. */
  readonly latest?: Deployment | undefined;
  readonly pin?: Pin | undefined;
  /** Who deploys right now, when somebody does. */
  readonly deploying?: { readonly holder: string; readonly since: string } | undefined;
  readonly services: readonly ServiceStatus[];
  /** Why what runs is not shown, when it is not. */
  readonly notice?: string | undefined;
}

/** What runs in place of one service: the part of an observation that drift needs. */
export interface RunningImage {
  readonly digests: readonly string[];
  readonly desired: number;
}

/** The digest in an image URI, e.g. `sha256:...`. */
export const digestOf = (uri: string): string | undefined => /@(sha256:[0-9a-f]{64})$/.exec(uri)?.[1];

/** Compares what was released, what the labels say and what runs, service by service. Services come sorted. */
export function compareServices(
  released: Images,
  labels: Images,
  running: Readonly<Record<string, RunningImage>> | undefined,
): readonly ServiceStatus[] {
  const services = [...new Set([...Object.keys(released), ...Object.keys(labels), ...Object.keys(running ?? {})])];
  return services
    .sort()
    .map((service) => compareService(service, released[service], labels[service], running?.[service]));
}

function compareService(
  service: string,
  released: string | undefined,
  label: string | undefined,
  running: RunningImage | undefined,
): ServiceStatus {
  const drift: ServiceDrift[] = [];
  if (released !== undefined && label !== released) drift.push("label");
  const expected = digestOf(released ?? label ?? "");
  if (running !== undefined) {
    if (running.desired > 0 && running.digests.length === 0) drift.push("not-running");
    if (expected !== undefined && running.digests.some((digest) => digest !== expected)) drift.push("running");
  }
  return { service, released, label, running: running?.digests, drift };
}
