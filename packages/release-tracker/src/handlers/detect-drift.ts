import type { Clock, IdSource } from "@slipway/core";
import { EVENT_TYPES } from "../contract";
import type { Deployment } from "../core/deployment";
import { DriftCheckError, type DriftCheckFailure } from "../core/drift";
import type { DeploymentStore, EventPublisher, ImageLabels, LeaseStore, RunningServices } from "../core/ports";
import { compareServices, type RunningImage, type ServiceStatus } from "../core/status";

/** An environment to look at. */
export interface DriftEnvironment {
  readonly id: string;
  /** Role to look with; without one only labels are compared with records. */
  readonly observerRoleArn?: string | undefined;
}

/** Counts what was found. */
export interface DriftMetrics {
  countDrifted(environmentId: string, services: number): void;
}

/** Where the reconciler tells what it did; one line each. */
export interface DriftLog {
  info(message: string, fields: Record<string, string | number | readonly string[]>): void;
  warn(message: string, fields: Record<string, string | number | readonly string[]>): void;
}

/** What the drift reconciler works with. */
export interface DetectDriftDependencies {
  readonly projectId: string;
  readonly environments: readonly DriftEnvironment[];
  readonly deployments: Pick<DeploymentStore, "latestWith">;
  readonly leases: Pick<LeaseStore, "read">;
  readonly labels: Pick<ImageLabels, "list" | "read">;
  /** Addressed by environment id. */
  readonly services: RunningServices;
  readonly events: EventPublisher;
  readonly metrics: DriftMetrics;
  readonly log: DriftLog;
  readonly clock: Clock;
  readonly ids: IdSource;
}

/** What a run found in one environment. */
export interface DriftReport {
  readonly environment: string;
  /** `deploying`: not compared, since a deployment is under way. */
  readonly outcome: "in-step" | "drifted" | "deploying" | "nothing-deployed";
  readonly drifted: readonly ServiceStatus[];
}

/**
 * Creates the handler that compares, in every environment, the labels and what runs with the last good deployment.
 *
 * Repairs nothing: which of the three is right only a person can tell. Looks at all environments before it fails.
 *
 * @throws DriftCheckError (from the handler) naming the environments that could not be looked at.
 */
export const createDetectDrift = (deps: DetectDriftDependencies) => async (): Promise<readonly DriftReport[]> => {
  const correlationId = deps.ids.next();
  const reports: DriftReport[] = [];
  const failures: DriftCheckFailure[] = [];
  for (const environment of deps.environments) {
    try {
      const report = await check(deps, environment);
      reports.push(report);
      await tell(deps, report, correlationId);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      failures.push({ environment: environment.id, reason });
    }
  }
  if (failures.length > 0) throw new DriftCheckError(failures);
  return reports;
};

async function check(deps: DetectDriftDependencies, { id, observerRoleArn }: DriftEnvironment): Promise<DriftReport> {
  const address = { projectId: deps.projectId, environmentId: id };
  const lease = await deps.leases.read(address);
  if (isHeld(lease, deps.clock.now())) return { environment: id, outcome: "deploying", drifted: [] };
  const deployment = await deps.deployments.latestWith(address, "succeeded");
  if (deployment === undefined) return { environment: id, outcome: "nothing-deployed", drifted: [] };
  const [labels, running] = await Promise.all([
    readLabels(deps, id),
    observerRoleArn === undefined ? undefined : observe(deps, id, deployment),
  ]);
  const drifted = compareServices(deployment.images, labels, running).filter(({ drift }) => drift.length > 0);
  return { environment: id, outcome: drifted.length === 0 ? "in-step" : "drifted", drifted };
}

/** A holder that died leaves its lease behind; its environment must be looked at again. */
const isHeld = (lease: Awaited<ReturnType<LeaseStore["read"]>>, now: Date): boolean =>
  lease !== undefined && !lease.released && lease.renewedAt + lease.milliseconds > now.getTime();

async function readLabels({ labels }: DetectDriftDependencies, id: string): Promise<Record<string, string>> {
  const services = (await labels.list(id)).map(({ service }) => service);
  const values = services.length === 0 ? [] : await labels.read(id, services);
  return Object.fromEntries(values.map(({ service, uri }) => [service, uri]));
}

async function observe(
  { services }: DetectDriftDependencies,
  environmentId: string,
  { verified = {}, images }: Deployment,
): Promise<Record<string, RunningImage>> {
  const looks = Object.entries(verified).map(async ([service, target]) => {
    const { digests, desired } = await services.observe(environmentId, { ...target, image: images[service] ?? "" });
    const known = digests.filter((digest) => digest !== undefined);
    return [service, { digests: [...new Set(known)].sort(), desired }] as const;
  });
  return Object.fromEntries(await Promise.all(looks));
}

async function tell(deps: DetectDriftDependencies, report: DriftReport, correlationId: string): Promise<void> {
  const { environment, outcome, drifted } = report;
  deps.metrics.countDrifted(environment, drifted.length);
  if (drifted.length === 0) {
    deps.log.info("looked for drift", { environment, outcome, correlation_id: correlationId });
    return;
  }
  const services = drifted.map(({ service }) => service);
  deps.log.warn("drift", { environment, services, correlation_id: correlationId });
  const detail = {
    project_id: deps.projectId,
    environment: { id: environment },
    correlation_id: correlationId,
    services: drifted,
  };
  const unsent = await deps.events.publish({ type: EVENT_TYPES.driftDetected, detail });
  if (unsent !== undefined) throw new Error(unsent);
}
