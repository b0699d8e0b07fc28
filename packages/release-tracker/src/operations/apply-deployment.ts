import pMap from "p-map";
import type { ReleaseServiceOutput } from "../contract";
import type { Deployment } from "../core/deployment";
import type { DeploymentStatus } from "../core/deployment-status";
import type { ProjectEnvironment } from "../core/manifest";
import type { DeploymentChanges } from "../core/ports";
import type { TrackerProgress } from "../core/progress";
import { toTimestamp } from "../core/release";
import type { Images } from "../core/release";
import type { TrackerDependencies } from "./dependencies";
import type { HeldLease } from "./hold-lease";
import { readLabels } from "./plan-deployment";
import { verifyServices } from "./verify-services";
import type { Verification } from "./verify-services";

/** Label writes at a time. */
const CONCURRENCY = 5;

/** A deployment under way: what it stands on and whom it tells. */
export interface Undertaking {
  readonly deps: TrackerDependencies;
  readonly held: HeldLease;
  readonly environment: ProjectEnvironment;
  readonly onProgress: (progress: TrackerProgress) => void;
}

/** Moves the stored deployment and tells about it. */
export async function moveTo(
  { deps, held, onProgress }: Undertaking,
  deployment: Deployment,
  to: DeploymentStatus,
  changes: DeploymentChanges = {},
): Promise<Deployment> {
  const moved = await deps.deployments.move(deployment, to, changes, held.lease);
  onProgress({ kind: "status", status: to, deploymentId: deployment.deployment_id });
  return moved;
}

/** The end of a deployment, as its record keeps it. */
export const finishedNow = ({ deps }: Undertaking): DeploymentChanges => ({
  date_finished: toTimestamp(deps.clock.now()),
});

/** Makes the environment's labels name exactly these images: writes what differs, removes what is not in `wanted`. */
export async function writeLabels(
  { deps, held, environment, onProgress }: Undertaking,
  wanted: Images,
  options: { readonly removable: readonly string[]; readonly description: string; readonly signal: AbortSignal },
): Promise<void> {
  const current = await readLabels(deps, environment);
  const puts = Object.entries(wanted).filter(([service, uri]) => current[service] !== uri);
  const removals = options.removable.filter((service) => wanted[service] === undefined && service in current);
  const services = [...puts.map(([service]) => service), ...removals];
  if (services.length === 0) return;
  onProgress({ kind: "labels", label: environment.id, services });
  const put = async ([service, uri]: readonly [string, string]) => {
    held.assertHeld();
    options.signal.throwIfAborted();
    await deps.labels.put(environment.id, service, uri, options.description);
  };
  await pMap(puts, put, { concurrency: CONCURRENCY });
  held.assertHeld();
  if (removals.length > 0) await deps.labels.remove(environment.id, removals);
}

/** Updates the stack, which resolves its images from the labels. */
export async function updateStack(
  { deps, held, environment, onProgress }: Undertaking,
  message: string,
  signal: AbortSignal,
): Promise<Readonly<Record<string, ReleaseServiceOutput>>> {
  held.assertHeld();
  const onEvent = (event: { readonly message: string; readonly urn?: string | undefined }) =>
    onProgress({ kind: "stack", ...event });
  return (await deps.stacks.up(environment.stack, message, { signal, onEvent })).services;
}

/** Waits for the services and proves what they run. */
export const verify = (
  { deps, environment, onProgress }: Undertaking,
  targets: Readonly<Record<string, ReleaseServiceOutput>>,
  images: Images,
  signal: AbortSignal,
): Promise<Verification> => verifyServices(deps, { stack: environment.stack, targets, images, signal, onProgress });
