import { EnvironmentLockedError, LeaseLostError } from "../core/errors";
import { decideLease, isSameLease } from "../core/lease";
import type { Lease, LeaseRecord } from "../core/lease";
import type { EnvironmentAddress } from "../core/ports";
import { toTimestamp } from "../core/release";
import type { Requester } from "@slipway/core";
import type { TrackerDependencies } from "./dependencies";

type Dependencies = Pick<TrackerDependencies, "leases" | "clock" | "ids" | "sleeper" | "stopwatch" | "timing">;

/** A lease while this process holds it. */
export interface HeldLease {
  readonly lease: Lease;
  /** Deployment that an earlier holder began and never ended. */
  readonly inherited: LeaseRecord["open"];
  /** Aborted as soon as the lease may belong to somebody else. */
  readonly signal: AbortSignal;
  /** @throws LeaseLostError unless the lease is certainly still ours. To be called before each effect outside the store. */
  assertHeld(): void;
}

/**
 * Takes the lease of an environment, keeps it alive while `work` runs, and gives it back.
 *
 * @throws EnvironmentLockedError when somebody else holds it.
 */
export async function holdLease<T>(
  deps: Dependencies,
  address: EnvironmentAddress,
  requester: Requester,
  work: (held: HeldLease) => Promise<T>,
): Promise<T> {
  const replacing = await waitUntilFree(deps, address);
  const takenAt = deps.stopwatch.elapsed();
  const lease = newLease(deps, address, requester, replacing);
  const taken = await deps.leases.take(lease, replacing);
  if (taken === undefined) throw locked(address, (await deps.leases.read(address)) ?? lease);

  const lost = new AbortController();
  const done = new AbortController();
  const heartbeat = createHeartbeat(deps, lease, takenAt, lost);
  const beating = heartbeat.run(done.signal);
  try {
    return await work({ lease, inherited: replacing?.open, signal: lost.signal, assertHeld: heartbeat.assertHeld });
  } catch (error) {
    // Whatever broke because the lease was lost is told as what it is.
    throw lost.signal.aborted ? lost.signal.reason : error;
  } finally {
    done.abort();
    await beating;
    if (!lost.signal.aborted) await deps.leases.release(lease);
  }
}

async function waitUntilFree(deps: Dependencies, address: EnvironmentAddress): Promise<LeaseRecord | undefined> {
  const record = await deps.leases.read(address);
  const decision = decideLease(record, deps.clock.now().getTime());
  if (record === undefined || decision === "take") return record;
  if (decision === "refuse") throw locked(address, record);
  const start = deps.stopwatch.elapsed();
  while (deps.stopwatch.elapsed() - start <= record.milliseconds) {
    await deps.sleeper.sleep(record.milliseconds / 6);
    const seen = await deps.leases.read(address);
    if (!isSameLease(record, seen)) throw locked(address, seen ?? record);
  }
  return record;
}

const newLease = (
  { clock, ids, timing }: Dependencies,
  address: EnvironmentAddress,
  requester: Requester,
  replacing: LeaseRecord | undefined,
): Lease => ({
  ...address,
  holderId: ids.next(),
  holderName: requester.name,
  fencing: (replacing?.fencing ?? 0) + 1,
  since: toTimestamp(clock.now()),
  milliseconds: timing.lease,
});

const locked = ({ environmentId }: EnvironmentAddress, { holderName, since, fencing, milliseconds }: Lease) =>
  new EnvironmentLockedError(environmentId, { name: holderName, since, fencing, milliseconds });

/**
 * Renews three times per life, and sooner again when a renewal failed. A holder gives up after two thirds of a life
 * without a renewal, so that it has stopped before a watcher, who waits for a whole life, takes over; both measure on
 * their own stopwatch.
 */
function createHeartbeat(deps: Dependencies, lease: Lease, takenAt: number, lost: AbortController) {
  const { leases, sleeper, stopwatch } = deps;
  const giveUpAfter = (lease.milliseconds * 2) / 3;
  let renewedAt = takenAt;

  const left = () => renewedAt + giveUpAfter - stopwatch.elapsed();
  const lose = () => lost.abort(new LeaseLostError(lease.environmentId, lease.fencing));
  const assertHeld = () => {
    if (left() <= 0) lose();
    lost.signal.throwIfAborted();
  };

  /** Whether the lease was renewed; `unknown` when no answer came while there was time. */
  const renew = async (ended: AbortSignal): Promise<boolean | "unknown"> => {
    const startedAt = stopwatch.elapsed();
    const answer = await Promise.race([
      leases.renew(lease).catch(() => "unknown" as const),
      sleeper.sleep(Math.max(left(), 0), ended).then(() => "unknown" as const),
    ]);
    if (answer === true) renewedAt = startedAt;
    return answer;
  };

  const run = async (done: AbortSignal): Promise<void> => {
    const ended = AbortSignal.any([done, lost.signal]);
    let pause = lease.milliseconds / 3;
    while (!ended.aborted) {
      await sleeper.sleep(Math.min(pause, Math.max(left(), 0)), ended);
      if (ended.aborted) return;
      const answer = left() > 0 ? await renew(ended) : "unknown";
      if (answer === false || left() <= 0) lose();
      pause = lease.milliseconds / (answer === true ? 3 : 12);
    }
  };

  return { run, assertHeld };
}
