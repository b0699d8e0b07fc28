import type { Retries } from "./configuration";

/** Milliseconds before the n-th redelivery, counted from 1; undefined when there is none any more. */
export function delayBefore(redelivery: number, retries: Retries): number | undefined {
  const { maximumRedeliveries, redeliveryDelay, backOffMultiplier, maximumRedeliveryDelay } = retries;
  if (redelivery > maximumRedeliveries) return undefined;
  return Math.min(redeliveryDelay * backOffMultiplier ** (redelivery - 1), maximumRedeliveryDelay);
}
