import { SlipwayError } from "@slipway/core";
import pMap from "p-map";
import { targetOf, type Delivery } from "../core/deliveries";
import { DataKeyRefusedError } from "../core/data-key-errors";
import { StoppedError } from "../core/errors";
import type { Failure, Receipt } from "../core/job";
import type { SendDependencies } from "./dependencies";
import { sendByAgent } from "./send-by-agent";
import { sendByS3 } from "./send-by-s3";

/** What sending goes by. */
export interface SendContext {
  /** Ends it between two files, and within one. */
  readonly signal: AbortSignal;
  /** Whether an earlier attempt may have sent some of it. */
  readonly retried: boolean;
  /** Told of each delivery; it counts only once this is done. */
  readonly delivered: (receipt: Receipt) => Promise<void>;
}

/** A delivery that failed. */
export interface FailedDelivery extends Failure {
  readonly target: string;
  readonly recipient: string;
  /** Present where another try would fail in the same way: how to mend it. */
  readonly refusal?: string | undefined;
}

/** Sends some things, each on its own: one that fails keeps no other back. @throws StoppedError when it was ended. */
export async function send(
  deps: SendDependencies,
  deliveries: readonly Delivery[],
  context: SendContext,
): Promise<readonly FailedDelivery[]> {
  const byAgent = sendByAgent(deps);
  const failures: FailedDelivery[] = [];
  const one = async (delivery: Delivery): Promise<void> => {
    if (context.signal.aborted) return;
    try {
      const sendOne = delivery.row.transferType === "S3" ? sendByS3 : byAgent;
      await context.delivered(await sendOne(deps, delivery, context));
    } catch (error) {
      if (context.signal.aborted) return;
      const refusal = error instanceof DataKeyRefusedError ? error.hint : undefined;
      failures.push({ ...failureOf(error), target: targetOf(delivery), recipient: delivery.row.recipient, refusal });
    }
  };
  await pMap(deliveries, one, { concurrency: deps.limits.concurrency });
  if (context.signal.aborted) throw new StoppedError();
  return failures;
}

/** An error as data. */
export const failureOf = (error: unknown): Failure => ({
  code: error instanceof SlipwayError ? error.code : "unexpected",
  reason: error instanceof Error ? error.message : String(error),
});
