import type { BackfillJob, Hold, Promotion, PromotionFailure } from "../core/ledger";
import type { Ledger } from "../core/ports";

/** A ledger in memory. */
export class MemoryLedger implements Ledger {
  private readonly promotions = new Map<string, Promotion>();
  private readonly holds = new Map<string, Hold>();
  private readonly failures = new Map<string, PromotionFailure>();
  private readonly backfills = new Map<string, BackfillJob>();
  private cursor: string | undefined;

  /** Every promotion, in the order in which they were told. */
  get all(): readonly Promotion[] {
    return [...this.promotions.values()];
  }

  async record(promotions: readonly Promotion[]): Promise<void> {
    for (const promotion of promotions) {
      const id = idOf(promotion.key, promotion.targetVersion);
      if (!this.promotions.has(id)) this.promotions.set(id, promotion);
    }
  }

  async promotion(key: string, targetVersion: string): Promise<Promotion | undefined> {
    return this.promotions.get(idOf(key, targetVersion));
  }

  async ofArtefact(key: string, limit: number): Promise<readonly Promotion[]> {
    return latest(
      this.all.filter((each) => each.key === key),
      limit,
    );
  }

  async ofDay(day: string, limit: number): Promise<readonly Promotion[]> {
    return latest(
      this.all.filter(({ promotedAt }) => promotedAt.startsWith(day)),
      limit,
    );
  }

  async hold(key: string): Promise<Hold | undefined> {
    return this.holds.get(key);
  }

  async putHold(hold: Hold): Promise<void> {
    this.holds.set(hold.key, hold);
  }

  async removeHold(key: string): Promise<void> {
    this.holds.delete(key);
  }

  async recordFailure(failure: PromotionFailure): Promise<void> {
    this.failures.set(subjectOf(failure), failure);
  }

  async failure(of: { readonly key?: string | undefined; readonly messageId: string }) {
    return this.failures.get(subjectOf(of));
  }

  async saveJob(job: BackfillJob): Promise<void> {
    if (this.backfills.get(job.id)?.status !== "finished") this.backfills.set(job.id, job);
  }

  async job(id: string): Promise<BackfillJob | undefined> {
    return this.backfills.get(id);
  }

  async jobs(limit: number): Promise<readonly BackfillJob[]> {
    return [...this.backfills.values()]
      .sort((a, b) => order(b.startedAt, a.startedAt) || order(b.id, a.id))
      .slice(0, limit);
  }

  async reconcileCursor(): Promise<string | undefined> {
    return this.cursor;
  }

  async saveReconcileCursor(cursor: string | undefined): Promise<void> {
    this.cursor = cursor;
  }
}

const idOf = (key: string, targetVersion: string): string => JSON.stringify([key, targetVersion]);
const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const subjectOf = ({ key, messageId }: { readonly key?: string | undefined; readonly messageId: string }): string =>
  key === undefined ? `message ${messageId}` : `artefact ${key}`;

const latest = (promotions: readonly Promotion[], limit: number): readonly Promotion[] =>
  [...promotions].sort((a, b) => order(b.promotedAt, a.promotedAt)).slice(0, limit);
