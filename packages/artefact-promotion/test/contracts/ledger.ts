import { expect } from "chai";
import { NO_COUNTS, type BackfillJob, type Promotion } from "../../src/core/ledger";
import type { Ledger } from "../../src/core/ports";

const ada = { id: "arn:ada", name: "ada" };

const promotion = (key: string, targetVersion: string, promotedAt: string): Promotion => ({
  key,
  hop: "integration -> staging",
  sourceBucket: "s",
  sourceVersionId: "sv",
  sourceEtag: "se",
  targetBucket: "t",
  targetVersion,
  targetEtag: "te",
  size: 3,
  proof: { method: "md5", algorithm: "MD5", value: "v" },
  route: "server-side",
  trigger: "event",
  requestedBy: ada,
  correlationId: "c",
  promotedAt,
});

const job = (id: string, startedAt: string, fields: Partial<BackfillJob> = {}): BackfillJob => ({
  id,
  status: "running",
  mode: "direct",
  requestedBy: ada,
  startedAt,
  updatedAt: startedAt,
  counts: NO_COUNTS,
  ...fields,
});

/** Takes away what is not there: a store may keep such fields or leave them out. */
const known = <T>(value: T): unknown => JSON.parse(JSON.stringify(value));

/** What every ledger has to do. @param make An empty one. */
export function ledgerContract(name: string, make: () => Promise<Ledger>): void {
  describe(`ledger ${name}`, () => {
    let ledger: Ledger;

    beforeEach(async () => {
      ledger = await make();
    });

    it("keeps promotions, by artefact and by day, latest first", async () => {
      const first = promotion("a b+c", "v1", "2026-11-20T10:00:00.000Z");
      const second = promotion("a b+c", "v2", "2026-11-21T10:00:00.000Z");
      const other = promotion("d", "v3", "2026-11-21T11:00:00.000Z");
      await ledger.record([first, second, other]);

      expect(known(await ledger.promotion("a b+c", "v1"))).to.deep.equal(known(first));
      expect(known(await ledger.ofArtefact("a b+c", 10))).to.deep.equal(known([second, first]));
      expect(known(await ledger.ofArtefact("a b+c", 1))).to.deep.equal(known([second]));
      expect(known(await ledger.ofDay("2026-11-21", 10))).to.deep.equal(known([other, second]));
      expect(await ledger.promotion("a b+c", "v9")).to.equal(undefined);
    });

    it("never changes a promotion that it has, and takes the others of the same write", async () => {
      const first = promotion("a", "v1", "2026-11-20T10:00:00.000Z");
      await ledger.record([first]);

      await ledger.record([{ ...first, correlationId: "later" }, promotion("b", "v1", "2026-11-20T11:00:00.000Z")]);

      expect(await ledger.promotion("a", "v1")).to.have.property("correlationId", "c");
      expect(await ledger.promotion("b", "v1")).to.have.property("correlationId", "c");
    });

    it("takes 250 promotions at once, of keys of 1,024 bytes", async () => {
      const many = Array.from({ length: 250 }, (_, n) =>
        promotion(`${n}${"k".repeat(1024 - `${n}`.length)}`, "v", `2026-11-20T10:00:00.${String(n).padStart(3, "0")}Z`),
      );

      await ledger.record(many);
      await ledger.record(many);

      expect(await ledger.ofDay("2026-11-20", 1000)).to.have.length(250);
    }).timeout(60_000);

    it("keeps one hold for each artefact, until it is removed", async () => {
      const hold = {
        key: "a",
        versionId: "1",
        against: "2",
        reason: "bad",
        heldBy: ada,
        heldAt: "2026-11-20T10:00:00.000Z",
      };
      await ledger.putHold(hold);
      await ledger.putHold({ ...hold, against: "3" });

      expect(await ledger.hold("a")).to.deep.equal({ ...hold, against: "3" });
      await ledger.removeHold("a");
      await ledger.removeHold("a");
      expect(await ledger.hold("a")).to.equal(undefined);
    });

    it("keeps the last failure of an artefact, and of a message without one", async () => {
      const failure = { messageId: "m", code: "c", reason: "r", attempts: 2, failedAt: "2026-11-20T10:00:00.000Z" };
      await ledger.recordFailure({ ...failure, key: "a", attempts: 1 });
      await ledger.recordFailure({ ...failure, key: "a" });
      await ledger.recordFailure(failure);

      expect(known(await ledger.failure({ key: "a", messageId: "?" }))).to.deep.equal({ ...failure, key: "a" });
      expect(known(await ledger.failure({ messageId: "m" }))).to.deep.equal(failure);
      expect(await ledger.failure({ messageId: "n" })).to.equal(undefined);
    });

    it("A8 keeps where a backfill stands, and what is finished stays finished", async () => {
      await ledger.saveJob(job("1", "2026-11-20T10:00:00.000Z", { cursor: "a", prefix: "p" }));
      await ledger.saveJob(job("2", "2026-11-21T10:00:00.000Z"));
      await ledger.saveJob(job("2", "2026-11-21T10:00:00.000Z", { status: "finished" }));
      await ledger.saveJob(job("2", "2026-11-21T10:00:00.000Z", { status: "cancelled" }));

      expect((await ledger.jobs(10)).map(({ id, status }) => [id, status])).to.deep.equal([
        ["2", "finished"],
        ["1", "running"],
      ]);
      expect(await ledger.job("1")).to.deep.include({ cursor: "a", prefix: "p" });
      expect(await ledger.job("3")).to.equal(undefined);
    });

    it("A8 keeps how far the reconciler came", async () => {
      await ledger.saveReconcileCursor("a");
      expect(await ledger.reconcileCursor()).to.equal("a");
      await ledger.saveReconcileCursor(undefined);
      expect(await ledger.reconcileCursor()).to.equal(undefined);
    });
  });
}
