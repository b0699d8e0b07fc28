import type { DeadLetter } from "@slipway/core";
import { jobIdOf } from "../core/ids";
import type { Job } from "../core/job";
import { parseMessage } from "../core/messages";
import { settlementOf, type Settlement } from "../core/settlement";
import type { LostFlag } from "../egress-client";
import type { ClientDependencies } from "./client";
import { jobsSince } from "./jobs-of-day";

/** The jobs of what a letter asks for, as far as there are any. */
export async function jobsOfLetter({ ledger }: Pick<ClientDependencies, "ledger">, body: string) {
  const parsed = parseMessage(body);
  if (parsed.kind === "ignored" || parsed.kind === "unreadable") return { parsed, flags: [], jobs: [] };
  const replayed = parsed.kind === "replay" ? await ledger.find(parsed.request.job_id) : undefined;
  const flags =
    parsed.kind === "flags"
      ? parsed.flags
      : replayed === undefined
        ? []
        : [{ ...replayed.flag, replayId: parsed.request.replay_id }];
  const found = await Promise.all(flags.map((flag) => ledger.find(jobIdOf(flag))));
  return { parsed, flags, jobs: found.flatMap((job) => job ?? []) };
}

/** What makes a letter plain, by the ledger: jobs are listed once, and only if a letter asks for it. */
export function letterReader(deps: Pick<ClientDependencies, "ledger">) {
  let listed: Promise<readonly Job[]> | undefined;
  let since = "";
  /** All jobs since at least the day of this one. */
  const jobsFrom = (createdAt: string): Promise<readonly Job[]> => {
    const day = createdAt.slice(0, 10);
    if (listed === undefined || day < since) {
      since = day;
      listed = jobsSince(deps.ledger, day);
    }
    return listed;
  };
  const settled = async (job: Job): Promise<Settlement | undefined> =>
    job.status === "Succeeded"
      ? { kind: "superseded", jobId: job.jobId }
      : settlementOf(job, await jobsFrom(job.createdAt));
  return async ({ messageId, body, sentAt }: DeadLetter): Promise<LostFlag> => {
    const { parsed, flags, jobs } = await jobsOfLetter(deps, body);
    if (parsed.kind === "unreadable") {
      return { messageId, sentAt, failure: { code: "unreadable-message", reason: parsed.problem } };
    }
    const [flag] = flags;
    if (flag === undefined) return { messageId, sentAt };
    const [job] = jobs;
    const ends = await Promise.all(jobs.map(settled));
    const [settlement] = ends;
    return {
      messageId,
      sentAt,
      flag: `s3://${flag.bucket}/${flag.key}`,
      ...(job?.code !== undefined && { failure: { code: job.code, reason: job.reason ?? "" } }),
      // Of several flags in one message each has to be settled.
      ...(settlement && ends.length === flags.length && ends.every((end) => end !== undefined) && { settlement }),
    };
  };
}
