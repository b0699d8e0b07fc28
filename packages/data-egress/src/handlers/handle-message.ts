import { METRICS, type ReplayMessage } from "../contract";
import type { Flag } from "../core/flags";
import { parseMessage } from "../core/messages";
import type { Failure } from "../core/job";
import type { ReceivedMessage } from "../core/ports";
import type { ServiceDependencies } from "../operations/dependencies";
import type { LeaseWatch } from "../operations/lease-watch";
import { runFlag, type Outcome } from "../operations/run-flag";

/** Creates what works on one message: its flags one after the other; it is deleted only when all of them are done. */
export const createHandleMessage =
  (deps: ServiceDependencies, watch: LeaseWatch) =>
  async (message: ReceivedMessage, signal: AbortSignal): Promise<void> => {
    const { queue, log, metrics } = deps;
    const parsed = parseMessage(message.body);
    switch (parsed.kind) {
      case "ignored":
        log.info("ignored", { message_id: message.id, reason: parsed.reason });
        return queue.delete(message);
      case "unreadable": {
        metrics.count({ [METRICS.failedJobs]: 1 });
        log.warn("unreadable", { message_id: message.id, reason: parsed.problem });
        return queue.giveUp(message, { code: "unreadable-message", reason: parsed.problem }, undefined);
      }
      case "replay": {
        const flag = await replayed(deps, parsed.request);
        if (flag === undefined) return queue.giveUp(message, unknownJob(parsed.request), parsed.request.job_id);
        const requestedBy = parsed.request.requested_by;
        return act(deps, message, await runFlag(deps, watch, { flag, message, requestedBy, signal }));
      }
      case "flags":
        for (const flag of parsed.flags) {
          const outcome = await runFlag(deps, watch, { flag, message, signal });
          // The rest comes again with the message; what is done already is found done then.
          if (outcome.kind !== "done") return act(deps, message, outcome);
        }
        return queue.delete(message);
    }
  };

/** The flag of an earlier job, as one of its own. */
async function replayed({ ledger }: ServiceDependencies, request: ReplayMessage): Promise<Flag | undefined> {
  const job = await ledger.find(request.job_id);
  return job && { ...job.flag, replayId: request.replay_id };
}

const unknownJob = ({ job_id }: ReplayMessage): Failure => ({
  code: "job-unknown",
  reason: `there is no job ${job_id} to do again`,
});

async function act({ queue }: ServiceDependencies, message: ReceivedMessage, outcome: Outcome): Promise<void> {
  switch (outcome.kind) {
    case "done":
      return queue.delete(message);
    case "later":
      return queue.hide(message, outcome.seconds);
    case "letter":
      return queue.giveUp(message, outcome.failure, outcome.jobId);
  }
}
