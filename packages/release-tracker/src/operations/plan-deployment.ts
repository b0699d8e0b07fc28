import pMap from "p-map";
import { compareLabels } from "../core/changes";
import type { Deployment, DeploymentKind } from "../core/deployment";
import { checkDeploy, checkRollback } from "../core/gates";
import type { GateFacts } from "../core/gates";
import { commitOfTag, parseImage } from "../core/image-reference";
import type { ProjectEnvironment } from "../core/manifest";
import type { DeploymentPlan, ImageChange, Refusal } from "../core/plan";
import type { Images, Release } from "../core/release";
import type { TrackerDependencies } from "./dependencies";

type Dependencies = Pick<
  TrackerDependencies,
  "project" | "deployments" | "holds" | "labels" | "registry" | "stacks" | "clock"
>;

/** What is to be deployed, and why. */
export interface DeploymentIntent {
  readonly release: Release;
  readonly environment: ProjectEnvironment;
  readonly kind: DeploymentKind;
  readonly description: string;
}

const GATES: Readonly<Record<DeploymentKind, (facts: GateFacts) => readonly Refusal[]>> = {
  deploy: checkDeploy,
  rollback: checkRollback,
  "automatic-rollback": checkRollback,
};

/** Finds out what a deployment would do and whether it is allowed. Writes nothing. */
export async function planDeployment(
  deps: Dependencies,
  intent: DeploymentIntent,
  options: { readonly previewStack: boolean; readonly signal?: AbortSignal | undefined },
): Promise<DeploymentPlan> {
  const { release, environment, kind } = intent;
  const [currentLabels, refusals] = await Promise.all([readLabels(deps, environment), checkGates(deps, intent)]);
  const changes = compareLabels(currentLabels, release.images);
  const images = await pMap(changes, (change) => describeChange(deps, change), { concurrency: 10 });
  const wanted = { ...currentLabels, ...release.images };
  const stack =
    options.previewStack && refusals.length === 0
      ? await deps.stacks.preview(environment.stack, wanted, { signal: options.signal })
      : undefined;
  return { release, environment: toRef(environment), kind, images, currentLabels, refusals, stack };
}

/** Every reason why the deployment is not allowed right now. */
export async function checkGates(
  { project, deployments, holds, clock }: Dependencies,
  { release, environment, kind }: DeploymentIntent,
): Promise<readonly Refusal[]> {
  const [pin, rejection, ofRelease] = await Promise.all([
    holds.pin({ projectId: project.id, environmentId: environment.id }),
    holds.rejection(project.id, release.release_id),
    environment.requires === undefined ? [] : deployments.ofRelease(release.release_id),
  ]);
  const facts = {
    now: clock.now(),
    releaseId: release.release_id,
    environment,
    pin,
    rejection,
    deployments: ofRelease,
  };
  return GATES[kind](facts);
}

/** The images that an environment's label names now. */
export async function readLabels(
  { labels }: Pick<Dependencies, "labels">,
  { id }: ProjectEnvironment,
): Promise<Images> {
  const services = (await labels.list(id)).map(({ service }) => service);
  if (services.length === 0) return {};
  const values = await labels.read(id, services);
  return Object.fromEntries(values.map(({ service, uri }) => [service, uri]));
}

/** The part of an environment that records hold. */
export const toRef = ({ id, name }: ProjectEnvironment): Deployment["environment"] => ({ id, name });

async function describeChange({ registry }: Dependencies, change: ImageChange): Promise<ImageChange> {
  const tag = parseImage(change.to ?? "")?.tag;
  if (change.to === undefined || change.change === "unchanged") return { ...change, tag };
  const details = await registry.describe(change.to);
  return {
    ...change,
    tag,
    commit: details?.commit ?? commitOfTag(tag),
    message: details?.message,
    pushedAt: details?.pushedAt?.toISOString(),
  };
}
