import type { EnvironmentAddress } from "./ports";

/** What a holder shows with each write. */
export interface Lease extends EnvironmentAddress {
  /** Unique to this attempt to hold it: recognises own writes whose acknowledgement was lost. */
  readonly holderId: string;
  /** For people. */
  readonly holderName: string;
  /** Grows by one with each holder: a smaller number is a stale holder. */
  readonly fencing: number;
  /** Same form as `date_created`. */
  readonly since: string;
  /** How long it stays without a renewal. */
  readonly milliseconds: number;
}

/** The stored lease. */
export interface LeaseRecord extends Lease {
  /** Renewals so far. Whoever sees the number grow knows that the holder lives, whatever any clock says. */
  readonly renewals: number;
  /** Holder's clock in Unix milliseconds when it renewed; a hint for people and for refusing early, never for taking. */
  readonly renewedAt: number;
  readonly released: boolean;
  /** Deployment that the holder has begun and not ended. */
  readonly open?: { readonly dateCreated: string; readonly deploymentId: string } | undefined;
}

/** What to do about a lease that is there. */
export type LeaseDecision = "take" | "refuse" | "watch";

/**
 * Decides by the stored record whether a lease can be taken now.
 *
 * Clocks of two machines may differ by hours, so a lease that looks expired is never taken on sight: it has to be
 * watched for its full length without a renewal. A clock is only trusted to refuse, which is always safe.
 */
export function decideLease(record: LeaseRecord | undefined, now: number): LeaseDecision {
  if (record === undefined || record.released) return "take";
  const age = now - record.renewedAt;
  return age >= 0 && age < record.milliseconds ? "refuse" : "watch";
}

/** Whether the holder has done anything between two looks. */
export const isSameLease = (one: LeaseRecord | undefined, other: LeaseRecord | undefined): boolean =>
  one?.fencing === other?.fencing && one?.renewals === other?.renewals && one?.released === other?.released;
