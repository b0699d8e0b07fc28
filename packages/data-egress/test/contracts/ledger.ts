import { expect } from "chai";
import { randomUUID } from "node:crypto";
import type { Receipt } from "../../src/core/job";
import type { Plan } from "../../src/core/plan";
import type { JobLedger, NewJob } from "../../src/core/ports";
import { parseRow } from "../../src/core/rows";
import { row } from "../support/world";

const newJob = (): NewJob => ({
  jobId: randomUUID(),
  flag: { bucket: "source", key: "a/pipeline_success.flag", at: "2024-12-31T10:00:00.000Z" },
  correlationId: "c",
});

/** Names as long as keys may be, so that a plan fills several items. */
export function planOf(files: number): Plan {
  const parsed = parseRow(row());
  if (!parsed.ok) throw new Error("the row is bad");
  const numbers = Array.from({ length: files }, (_, n) => n);
  return {
    pipeline: "cbol",
    moment: { date: "2024-12-31", time: "100000" },
    files: numbers.map((n) => ({ key: `a/${"k".repeat(900)}${n}`, size: n, etag: `e${n}`, lastModified: "t" })),
    ways: [{ row: parsed.row, folder: "cbol/", names: numbers.map((n) => `n${n}`) }],
  };
}

const receipt = (id: string, sha256 = "s"): Receipt => ({
  id,
  kind: "file",
  source: "a/x",
  pipeline: "cbol",
  recipient: "CBOL",
  target: "s3://t/x",
  sha256,
  bytes: 1,
  answer: "ETag e",
  deliveredAt: "2024-12-31T10:00:00.000Z",
});

/** Takes away what is not there: a store may keep such fields or leave them out. */
const known = <T>(value: T): unknown => JSON.parse(JSON.stringify(value));

/** What every ledger has to do. @param make An empty one. */
export function ledgerContract(name: string, make: () => Promise<JobLedger>): void {
  describe(`job ledger ${name}`, function () {
    this.timeout(60_000);
    let ledger: JobLedger;
    before(async () => {
      ledger = await make();
    });

    const claimed = async (job = newJob(), owner = "one") => {
      const taken = await ledger.claim(job, await ledger.find(job.jobId), owner);
      if (taken === undefined) throw new Error("it was not claimed");
      return taken;
    };

    it("makes a job once, whoever comes first", async () => {
      const job = newJob();
      const taken = await Promise.all([ledger.claim(job, undefined, "one"), ledger.claim(job, undefined, "two")]);

      const winners = taken.flatMap((each) => each ?? []);
      expect(winners).to.have.length(1);
      expect(winners[0]).to.deep.include({ status: "Running", attempts: 1, flag: job.flag, correlationId: "c" });
      expect(known(await ledger.find(job.jobId))).to.deep.equal(known(winners[0]));
    });

    it("hands a job over only as it was seen: a renewal in between keeps it", async () => {
      const first = await claimed();
      const seen = await ledger.find(first.jobId);
      expect(await ledger.renew(first.jobId, first.lease)).to.equal(true);

      expect(await ledger.claim(newJobOf(first.jobId), seen, "two")).to.equal(undefined);

      const second = await ledger.claim(newJobOf(first.jobId), await ledger.find(first.jobId), "two");
      expect(second).to.deep.include({ attempts: 2, lease: { owner: "two", fence: 2, beat: 0 } });
    });

    it("lets the last holder alone renew, plan and end", async () => {
      const first = await claimed();
      const second = await claimed(newJobOf(first.jobId), "two");

      expect(await ledger.renew(first.jobId, first.lease)).to.equal(false);
      expect(await ledger.savePlan(first.jobId, first.lease, planOf(1))).to.equal(undefined);
      expect(await ledger.finish(first.jobId, first.lease, "Succeeded")).to.equal(false);
      expect(await ledger.finish(first.jobId, second.lease, "Succeeded")).to.equal(true);
      expect((await ledger.find(first.jobId))?.status).to.equal("Succeeded");
      expect(await ledger.claim(newJobOf(first.jobId), await ledger.find(first.jobId), "three")).to.equal(undefined);
    });

    it("knows its own end when it is told twice, and nobody else's", async () => {
      const { jobId, lease } = await claimed();
      await ledger.finish(jobId, lease, "Waiting", { code: "x", reason: "why" });

      expect(await ledger.find(jobId)).to.include({ status: "Waiting", code: "x", reason: "why" });
      expect(await ledger.renew(jobId, lease)).to.equal(false);
      expect(await ledger.finish(jobId, lease, "Succeeded")).to.equal(false);
    });

    it("keeps whose data a refused job was about, and when one that waits is tried again", async () => {
      const ends = [
        ["Refused", { subject: { pipeline: "cbol", date: "2024-12-31" } }],
        ["Waiting", { retryAt: "2024-12-31T10:00:20.000Z" }],
      ] as const;
      for (const [status, more] of ends) {
        const { jobId, lease } = await claimed();
        await ledger.finish(jobId, lease, status, { code: "x", reason: "why", ...more });

        expect(await ledger.find(jobId)).to.deep.include({ status, code: "x", ...more });
        const again = known(await claimed(newJobOf(jobId), "two"));
        expect(again).not.to.have.any.keys("code", "reason", "subject", "retryAt");
      }
    });

    it("lays to rest what was given up, once, until it is sent again; and nothing else", async () => {
      const said = { by: "me", reason: "mended", at: "2024-12-31T11:00:00.000Z" };
      const { jobId, lease } = await claimed();
      expect(await ledger.dismiss(jobId, said)).to.equal(undefined);
      await ledger.finish(jobId, lease, "Refused", { code: "x", reason: "why" });

      expect(await ledger.dismiss(jobId, said)).to.deep.include({ status: "Refused", code: "x", dismissed: said });
      const later = await ledger.dismiss(jobId, { ...said, by: "you" });
      expect(later?.dismissed, "the first reason").to.deep.equal(said);

      const again = await claimed(newJobOf(jobId), "two");
      expect(again.dismissed).to.equal(undefined);
      expect(await ledger.dismiss(jobId, said)).to.equal(undefined);
      expect(await ledger.dismiss(randomUUID(), said)).to.equal(undefined);
    });

    it("keeps a plan of many files as it is", async () => {
      const { jobId, lease } = await claimed();
      const plan = planOf(700);

      const summary = await ledger.savePlan(jobId, lease, plan);

      expect(summary).to.deep.include({ pipeline: "cbol", files: 700, deliveries: 700, bytes: (699 * 700) / 2 });
      expect((await ledger.find(jobId))?.planned).to.deep.equal(summary);
      expect(known(await ledger.plan(jobId, summary?.planId ?? ""))).to.deep.equal(known(plan));
    });

    it("forgets the plan of a job that had failed, and not that of one that waits", async () => {
      for (const [status, kept] of [
        ["Failed", false],
        ["Waiting", true],
      ] as const) {
        const { jobId, lease } = await claimed();
        await ledger.savePlan(jobId, lease, planOf(1));
        await ledger.finish(jobId, lease, status, { code: "x", reason: "y" });

        const again = await claimed(newJobOf(jobId), "two");
        expect(again.planned !== undefined, status).to.equal(kept);
        expect(again.attempts, status).to.equal(kept ? 2 : 1);
        expect(again.code, status).to.equal(undefined);
      }
    });

    it("keeps the first receipt of a delivery, and all of them from all pages", async () => {
      const { jobId } = await claimed();
      const many = Array.from({ length: 120 }, (_, n) => receipt(`r${n}`, "s".repeat(10_000)));
      await ledger.record(jobId, many);
      await ledger.record(jobId, [receipt("r5", "another")]);

      const found = await ledger.receipts(jobId);

      expect(known(found.toSorted(byId))).to.deep.equal(known(many.toSorted(byId)));
    });

    it("lists the newest first, page by page", async () => {
      const made: string[] = [];
      for (let n = 0; n < 5; n += 1) made.unshift((await claimed()).jobId);

      const first = await ledger.list({ limit: 2 });
      const next = await ledger.list({ limit: 3, before: first.at(-1)?.createdAt });

      expect([...first, ...next].map(({ jobId }) => jobId)).to.deep.equal(made);
    });
  });
}

const newJobOf = (jobId: string): NewJob => ({ ...newJob(), jobId });
const byId = (a: Receipt, b: Receipt): number => (a.id < b.id ? -1 : 1);
