import { METRICS } from "../contract";
import type { ReceivedMessage } from "../core/ports";
import type { ServiceDependencies } from "../operations/dependencies";
import { LeaseWatch } from "../operations/lease-watch";
import { watchDeadlines } from "../operations/watch-deadlines";
import { watchCertificates } from "../tls/watch-certificates";
import { createHandleMessage } from "./handle-message";

/** Milliseconds until the queue is asked again after it could not be. */
const PAUSE = 5000;

/**
 * Works on one message after the other until it is told to end. What goes wrong with one keeps no other from its turn.
 *
 * @throws InvalidInputError at once, when certificates that it was given do not fit together.
 */
export async function serve(deps: ServiceDependencies, signal: AbortSignal): Promise<void> {
  const { queue, log, sleeper, stopwatch, limits, folders } = deps;
  const handle = createHandleMessage(deps, new LeaseWatch(stopwatch, limits.lease));
  await deps.certificates?.current();
  await folders.sweep();
  log.info("ready", { data_egress: deps.name });
  const watching = Promise.all([watchDeadlines(deps, signal), watchOwnCertificates(deps, signal)]);
  while (!signal.aborted) {
    let message: ReceivedMessage | undefined;
    try {
      message = await queue.receive(signal);
      if (message !== undefined) await handle(message, signal);
    } catch (error) {
      if (signal.aborted) break;
      // The message comes again by itself when its time is up.
      log.warn("failed", { message_id: message?.id, reason: error instanceof Error ? error.message : String(error) });
      await sleeper.sleep(PAUSE, signal);
    }
  }
  await watching;
  log.info("ended", { data_egress: deps.name });
}

async function watchOwnCertificates(deps: ServiceDependencies, signal: AbortSignal): Promise<void> {
  const { certificates: tls, clock, sleeper, metrics, log } = deps;
  if (tls === undefined) return;
  const listener = {
    days: (days: number) => metrics.count({ [METRICS.dataKeyServiceCertificateDays]: days }),
    trouble: (error: unknown) =>
      log.warn("certificates were not read", { reason: error instanceof Error ? error.message : String(error) }),
  };
  await watchCertificates({ tls, clock, sleeper }, listener, signal);
}
