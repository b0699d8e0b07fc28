import type { ReceivedMessage } from "../core/ports";
import type { Lease } from "../core/job";
import type { ServiceDependencies } from "./dependencies";

/** Renewals in one life of a lease. */
const BEATS = 3;
/** How much longer a message stays hidden than a lease lives: its next receiver must find the lease silent soon. */
const HIDDEN_LIVES = 2;

type HeartbeatDependencies = Pick<ServiceDependencies, "ledger" | "queue" | "sleeper" | "stopwatch" | "limits" | "log">;

/**
 * Keeps a job and its message while work goes on. Calls `lost` when somebody else holds the job, or when nothing could be
 * renewed for two thirds of a life: by then somebody may be about to take it.
 *
 * @returns what ends it.
 */
export function startHeartbeat(
  deps: HeartbeatDependencies,
  { jobId, lease, message }: { readonly jobId: string; readonly lease: Lease; readonly message: ReceivedMessage },
  lost: () => void,
): () => Promise<void> {
  const { ledger, queue, sleeper, stopwatch, limits, log } = deps;
  const ending = new AbortController();
  let renewed = stopwatch.elapsed();
  const beat = async (): Promise<void> => {
    const at = stopwatch.elapsed();
    try {
      await queue.hide(message, hiddenSeconds(limits.lease));
      if (!(await ledger.renew(jobId, lease))) return lost();
      renewed = at;
    } catch (error) {
      log.warn("a job could not be renewed", { job_id: jobId, reason: String(error) });
      if (stopwatch.elapsed() - renewed >= (limits.lease * 2) / BEATS) lost();
    }
  };
  const run = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      await sleeper.sleep(limits.lease / BEATS, ending.signal);
      if (!ending.signal.aborted) await beat();
    }
  };
  const running = run();
  return async () => {
    ending.abort();
    await running;
  };
}

/** Seconds for which a message of a job that is being worked on stays hidden. */
export const hiddenSeconds = (lease: number): number => Math.ceil((HIDDEN_LIVES * lease) / 1000);
