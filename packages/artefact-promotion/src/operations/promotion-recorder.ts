import type { Promotion } from "../core/ledger";
import { hopName, type PromotionDependencies } from "./dependencies";
import { PROMOTIONS_PER_EVENT, publishPromotions } from "./publish-promotions";

/** Writes promotions down while more of them are made. */
export interface PromotionRecorder {
  add(promotions: readonly Promotion[]): void;
  /** Resolves when all that was added is in the ledger and told. @throws what the first write that failed threw. */
  finish(): Promise<void>;
}

/** Creates a recorder that writes to the ledger, and then tells, a hundred promotions at a time. */
export function createPromotionRecorder(
  { ledger, events, hop }: Pick<PromotionDependencies, "ledger" | "events" | "hop">,
  correlationId: string,
): PromotionRecorder {
  const waiting: Promotion[] = [];
  const writes: Promise<void>[] = [];
  const problems: unknown[] = [];
  const write = async (promotions: readonly Promotion[]): Promise<void> => {
    try {
      await ledger.record(promotions);
      await publishPromotions(events, hopName(hop), correlationId, promotions);
    } catch (error) {
      problems.push(error);
    }
  };
  const flush = (atLeast: number): void => {
    while (waiting.length >= atLeast) writes.push(write(waiting.splice(0, PROMOTIONS_PER_EVENT)));
  };
  return {
    add: (promotions) => {
      waiting.push(...promotions);
      flush(PROMOTIONS_PER_EVENT);
    },
    finish: async () => {
      flush(1);
      await Promise.all(writes);
      if (problems.length > 0) throw problems[0];
    },
  };
}
