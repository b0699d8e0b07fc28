import type { Stopwatch } from "@slipway/core";
import type { Job } from "../core/job";

/**
 * Remembers since when each foreign job shows no sign of life, on this process's own stopwatch: no clock of another
 * machine is believed.
 */
export class LeaseWatch {
  private readonly seen = new Map<string, { readonly sign: string; readonly since: number }>();

  constructor(
    private readonly stopwatch: Stopwatch,
    /** Milliseconds. */
    private readonly life: number,
  ) {}

  /** Whether the job's holder has been silent for a whole life of the lease. */
  isSilent({ jobId, lease }: Job): boolean {
    const sign = `${lease.fence} ${lease.beat}`;
    const now = this.stopwatch.elapsed();
    const before = this.seen.get(jobId);
    if (before?.sign !== sign) {
      this.seen.set(jobId, { sign, since: now });
      return false;
    }
    return now - before.since >= this.life;
  }

  forget(jobId: string): void {
    this.seen.delete(jobId);
  }
}
