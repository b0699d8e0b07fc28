import type { Clock } from "@slipway/core";
import { claimed } from "../core/claim";
import type { Dismissal, Ending, Job, Lease, PlanSummary, Receipt } from "../core/job";
import type { Plan } from "../core/plan";
import { summaryOf } from "../core/plan-id";
import type { JobLedger, NewJob } from "../core/ports";
import { isGivenUp } from "../core/settlement";
import { TRANSITIONS, type Status } from "../core/status";

/** Jobs in memory. */
export class MemoryLedger implements JobLedger {
  private readonly jobs = new Map<string, Job>();
  private readonly plans = new Map<string, Plan>();
  private readonly kept = new Map<string, Map<string, Receipt>>();

  constructor(private readonly clock: Clock) {}

  async find(jobId: string): Promise<Job | undefined> {
    return this.jobs.get(jobId);
  }

  async claim(job: NewJob, seen: Job | undefined, owner: string): Promise<Job | undefined> {
    const now = this.jobs.get(job.jobId);
    const same = now?.lease.fence === seen?.lease.fence && now?.lease.beat === seen?.lease.beat;
    if (!same || now?.status !== seen?.status) return undefined;
    if (now !== undefined && TRANSITIONS[now.status].claim === undefined) return undefined;
    const taken = claimed(job, now, owner, this.now());
    this.jobs.set(job.jobId, taken);
    return taken;
  }

  async renew(jobId: string, lease: Lease): Promise<boolean> {
    return this.change(jobId, lease, (job) => ({ lease: { ...job.lease, beat: job.lease.beat + 1 } }));
  }

  async savePlan(jobId: string, lease: Lease, plan: Plan): Promise<PlanSummary | undefined> {
    const planned = summaryOf(plan);
    this.plans.set(`${jobId} ${planned.planId}`, plan);
    return this.change(jobId, lease, () => ({ planned })) ? planned : undefined;
  }

  async plan(jobId: string, planId: string): Promise<Plan> {
    const plan = this.plans.get(`${jobId} ${planId}`);
    if (plan === undefined) throw new Error(`no plan ${planId} of job ${jobId}`);
    return plan;
  }

  async record(jobId: string, receipts: readonly Receipt[]): Promise<void> {
    const kept = this.kept.get(jobId) ?? new Map<string, Receipt>();
    for (const receipt of receipts) if (!kept.has(receipt.id)) kept.set(receipt.id, receipt);
    this.kept.set(jobId, kept);
  }

  async receipts(jobId: string): Promise<readonly Receipt[]> {
    return [...(this.kept.get(jobId)?.values() ?? [])];
  }

  async finish(jobId: string, lease: Lease, status: Exclude<Status, "Running">, ending?: Ending): Promise<boolean> {
    return this.change(jobId, lease, () => ({ status, updatedAt: this.now(), ...ending }));
  }

  async dismiss(jobId: string, dismissed: Dismissal): Promise<Job | undefined> {
    const job = this.jobs.get(jobId);
    if (job === undefined || !isGivenUp(job)) return undefined;
    const laid = { ...job, dismissed: job.dismissed ?? dismissed };
    this.jobs.set(jobId, laid);
    return laid;
  }

  async list({ limit, before }: { limit: number; before?: string | undefined }): Promise<readonly Job[]> {
    return [...this.jobs.values()]
      .filter(({ createdAt }) => before === undefined || createdAt < before)
      .sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1))
      .slice(0, limit);
  }

  private change(jobId: string, { owner }: Lease, change: (job: Job) => Partial<Job>): boolean {
    const job = this.jobs.get(jobId);
    if (job?.status !== "Running" || job.lease.owner !== owner) return false;
    this.jobs.set(jobId, { ...job, ...change(job) });
    return true;
  }

  private now(): string {
    return this.clock.now().toISOString();
  }
}
