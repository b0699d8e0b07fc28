import type { Clock } from "@slipway/core";
import type { Deployment, Pin, Rejection } from "../core/deployment";
import { isTerminal, sourcesOf } from "../core/deployment-status";
import type { DeploymentStatus } from "../core/deployment-status";
import { IllegalStatusError, LeaseLostError, ReleaseNotFoundError } from "../core/errors";
import { isSameLease } from "../core/lease";
import type { Lease, LeaseRecord } from "../core/lease";
import type {
  CreateOutcome,
  DeploymentChanges,
  DeploymentStore,
  EnvironmentAddress,
  HoldStore,
  LeaseStore,
  ReleaseRequest,
  ReleaseStore,
} from "../core/ports";
import type { Release } from "../core/release";

/** What the two tables hold; the in-memory stores of one tracker share one. */
export class MemoryTables {
  readonly releases = new Map<string, Release>();
  readonly requests = new Map<string, { readonly releaseId: string; readonly fingerprint: string }>();
  readonly deployments = new Map<string, Deployment>();
  readonly leases = new Map<string, LeaseRecord>();
  readonly pins = new Map<string, Pin>();
  readonly rejections = new Map<string, Rejection>();
}

const keyOf = ({ projectId, environmentId }: EnvironmentAddress): string => `${projectId}#${environmentId}`;

const newestFirst = (a: { readonly date_created: string }, b: { readonly date_created: string }): number =>
  a.date_created < b.date_created ? 1 : a.date_created > b.date_created ? -1 : 0;

const holds = (record: LeaseRecord | undefined, lease: Lease): record is LeaseRecord =>
  record !== undefined && record.holderId === lease.holderId && record.fencing === lease.fencing && !record.released;

/** Releases in memory. */
export class MemoryReleaseStore implements ReleaseStore {
  constructor(private readonly tables: MemoryTables) {}

  async create(release: Release, request?: ReleaseRequest): Promise<CreateOutcome> {
    const made = request === undefined ? undefined : await this.findRequest(release.project_id, request.token);
    if (made !== undefined) return { created: false, ...made };
    if (this.tables.releases.has(release.release_id)) return { created: true };
    this.tables.releases.set(release.release_id, structuredClone(release));
    if (request !== undefined) {
      const { token, fingerprint } = request;
      this.tables.requests.set(`${release.project_id}#${token}`, { releaseId: release.release_id, fingerprint });
    }
    return { created: true };
  }

  async findRequest(projectId: string, token: string) {
    return this.tables.requests.get(`${projectId}#${token}`);
  }

  async get(releaseId: string): Promise<Release | undefined> {
    return structuredClone(this.tables.releases.get(releaseId));
  }

  async latest(projectId: string, limit: number): Promise<readonly Release[]> {
    const own = [...this.tables.releases.values()].filter(({ project_id }) => project_id === projectId);
    return structuredClone(own.toSorted(newestFirst).slice(0, limit));
  }
}

/** Leases in memory. */
export class MemoryLeaseStore implements LeaseStore {
  constructor(
    private readonly tables: MemoryTables,
    private readonly clock: Clock,
  ) {}

  async read(address: EnvironmentAddress): Promise<LeaseRecord | undefined> {
    return structuredClone(this.tables.leases.get(keyOf(address)));
  }

  async take(lease: Lease, replacing: LeaseRecord | undefined): Promise<LeaseRecord | undefined> {
    const found = this.tables.leases.get(keyOf(lease));
    if (!isSameLease(found, replacing)) return undefined;
    return this.put({ ...lease, renewals: 0, renewedAt: this.now(), released: false, open: found?.open });
  }

  async renew(lease: Lease): Promise<boolean> {
    const found = this.tables.leases.get(keyOf(lease));
    if (!holds(found, lease)) return false;
    this.put({ ...found, renewals: found.renewals + 1, renewedAt: this.now() });
    return true;
  }

  async release(lease: Lease): Promise<void> {
    const found = this.tables.leases.get(keyOf(lease));
    if (holds(found, lease)) this.put({ ...found, released: true });
  }

  private now(): number {
    return this.clock.now().getTime();
  }

  private put(record: LeaseRecord): LeaseRecord {
    this.tables.leases.set(keyOf(record), record);
    return structuredClone(record);
  }
}

/** Deployments in memory. */
export class MemoryDeploymentStore implements DeploymentStore {
  constructor(private readonly tables: MemoryTables) {}

  async record(deployment: Deployment, lease: Lease): Promise<void> {
    const record = this.requireHeld(lease);
    const release = this.tables.releases.get(deployment.release_id);
    if (release === undefined) throw new ReleaseNotFoundError(deployment.project_id, deployment.release_id);
    const { date_created: dateCreated, deployment_id: deploymentId } = deployment;
    this.tables.leases.set(keyOf(lease), { ...record, open: { dateCreated, deploymentId } });
    this.tables.deployments.set(deploymentId, structuredClone(deployment));
    this.tables.releases.set(release.release_id, { ...release, last_date_deployed: dateCreated });
  }

  async move(
    deployment: Deployment,
    to: DeploymentStatus,
    changes: DeploymentChanges,
    lease: Lease,
  ): Promise<Deployment> {
    const record = this.requireHeld(lease);
    const stored = this.tables.deployments.get(deployment.deployment_id);
    if (stored === undefined || !sourcesOf(to).includes(stored.status)) {
      throw new IllegalStatusError(deployment.deployment_id, stored?.status ?? "nothing", to);
    }
    if (isTerminal(to)) this.tables.leases.set(keyOf(lease), { ...record, open: undefined });
    this.tables.deployments.set(deployment.deployment_id, structuredClone({ ...stored, ...changes, status: to }));
    return { ...deployment, ...changes, status: to };
  }

  async get(address: EnvironmentAddress, dateCreated: string, deploymentId: string): Promise<Deployment | undefined> {
    const found = await this.latest(address, Number.POSITIVE_INFINITY);
    return found.find((each) => each.deployment_id === deploymentId && each.date_created === dateCreated);
  }

  async latest({ projectId, environmentId }: EnvironmentAddress, limit: number): Promise<readonly Deployment[]> {
    const own = [...this.tables.deployments.values()].filter(
      ({ project_id, environment }) => project_id === projectId && environment.id === environmentId,
    );
    return structuredClone(own.toSorted(newestFirst).slice(0, limit));
  }

  async latestWith(address: EnvironmentAddress, status: DeploymentStatus): Promise<Deployment | undefined> {
    return (await this.latest(address, Number.POSITIVE_INFINITY)).find((deployment) => deployment.status === status);
  }

  async ofRelease(releaseId: string): Promise<readonly Deployment[]> {
    const own = [...this.tables.deployments.values()].filter(({ release_id }) => release_id === releaseId);
    return structuredClone(own.toSorted(newestFirst).toReversed());
  }

  private requireHeld(lease: Lease): LeaseRecord {
    const record = this.tables.leases.get(keyOf(lease));
    if (!holds(record, lease)) throw new LeaseLostError(lease.environmentId, lease.fencing);
    return record;
  }
}

/** Pins and rejections in memory. */
export class MemoryHoldStore implements HoldStore {
  constructor(private readonly tables: MemoryTables) {}

  async pin(address: EnvironmentAddress): Promise<Pin | undefined> {
    return this.tables.pins.get(keyOf(address));
  }

  async putPin(address: EnvironmentAddress, pin: Pin): Promise<void> {
    this.tables.pins.set(keyOf(address), pin);
  }

  async removePin(address: EnvironmentAddress): Promise<Pin | undefined> {
    const pin = this.tables.pins.get(keyOf(address));
    this.tables.pins.delete(keyOf(address));
    return pin;
  }

  async rejection(projectId: string, releaseId: string): Promise<Rejection | undefined> {
    return this.tables.rejections.get(`${projectId}#${releaseId}`);
  }

  async putRejection(projectId: string, rejection: Rejection): Promise<void> {
    this.tables.rejections.set(`${projectId}#${rejection.release_id}`, rejection);
  }
}
