import { rejectionOf } from "@slipway/testing";
import { expect } from "chai";
import { edges, STATUSES } from "../../src/core/status";
import { IllegalMoveError } from "../../src/core/errors";
import type { BuildRecord, OutboxEvent, Pipeline } from "../../src/core/pipeline";
import type { FailureStore, InstallationStore, PipelineStore } from "../../src/core/ports";

const AT = "2026-11-21T10:00:00.000Z";

const row = (site_id: string, more: Partial<Pipeline> = {}): Pipeline => ({
  site_id,
  status: "Pre Provisioned",
  version: 1,
  write_id: `${site_id}-1`,
  status_since: AT,
  created_at: AT,
  updated_at: AT,
  correlation_id: "c",
  settings: { name: site_id, source: { kind: "github", repository: "github.com/Octo/Shop", branch: "main" } },
  resources: {},
  last_build_number: 0,
  waiting: [],
  recent: [],
  ...more,
});

const after = (before: Pipeline, more: Partial<Pipeline> = {}): Pipeline => ({
  ...before,
  version: before.version + 1,
  write_id: `${before.site_id}-${before.version + 1}`,
  ...more,
});

const eventOf = ({ site_id, status, version, write_id }: Pipeline, at = AT): OutboxEvent => ({
  sites: "demo",
  site_id,
  event_id: write_id,
  correlation_id: "c",
  to: status,
  version,
  at,
});

const record = (site_id: string, number: number): BuildRecord => ({
  site_id,
  number,
  state: "waiting",
  updated_at: AT,
  request_id: `r${number}`,
  trigger: "command",
  requested_at: AT,
  requested_by: "ada",
  correlation_id: "c",
});

async function listOf(store: PipelineStore): Promise<readonly string[]> {
  const all: string[] = [];
  for await (const page of store.list()) all.push(...page.map(({ site_id }) => site_id));
  return all.sort();
}

/** What every store of pipelines has to do. @param make An empty one. */
export function pipelinesContract(
  name: string,
  make: () => Promise<PipelineStore & InstallationStore & FailureStore>,
): void {
  describe(`pipelines ${name}`, () => {
    let store: PipelineStore & InstallationStore & FailureStore;

    beforeEach(async () => {
      store = await make();
    });

    it("creates a row once, with its event, and knows its own write again", async () => {
      const shop = row("shop");
      expect(await store.create(shop, { event: eventOf(shop) })).to.equal("written");
      expect(await store.create(row("shop", { write_id: "other" }), {})).to.equal("exists");
      expect(await store.create(shop, {})).to.equal("written");

      expect(await store.get("shop")).to.deep.equal(shop);
      expect(await store.get("nothing")).to.equal(undefined);
      expect(await store.unsent("2026-11-22", 10)).to.deep.equal([eventOf(shop)]);
    });

    it("P1 makes every legal move, and no other one", async () => {
      const legal = new Set(edges().map(([from, to]) => `${from} > ${to}`));
      for (const from of STATUSES.filter((each) => each !== "Deleted")) {
        const before = row(`s-${from}`.toLowerCase().replaceAll(" ", "-"), { status: from });
        await store.create(before, {});
        for (const to of STATUSES.filter((each) => each !== from && !legal.has(`${from} > ${each}`))) {
          const error = await rejectionOf(store.write(before, after(before, { status: to }), {}));
          expect(error, `${from} > ${to}`).to.be.instanceOf(IllegalMoveError);
        }
      }
      for (const [index, [from, to]] of edges().entries()) {
        const before = row(`e-${index}`, { status: from });
        await store.create(before, {});
        const moved = after(before, { status: to });
        const written =
          to === "Deleted"
            ? await store.remove(before, eventOf(moved))
            : await store.write(before, moved, { event: eventOf(moved) });
        expect(written, `${from} > ${to}`).to.equal("written");
        expect((await store.get(before.site_id))?.status).to.equal(to === "Deleted" ? undefined : to);
      }
    }).timeout(60_000);

    it("P1 lets one of two writers win, and neither write nor tell for the other", async () => {
      const before = row("shop");
      await store.create(before, {});
      const moves = [after(before, { status: "Provision Request", write_id: "a" }), after(before, { write_id: "b" })];
      const results = await Promise.all(
        moves.map((each) =>
          store.write(before, each, { event: eventOf(each), builds: [record("shop", each.write_id === "a" ? 1 : 2)] }),
        ),
      );

      expect([...results].sort()).to.deep.equal(["conflict", "written"]);
      const winner = moves[results.indexOf("written")];
      expect(await store.get("shop")).to.deep.equal(winner);
      expect((await store.unsent("2026-11-22", 10)).map(({ event_id }) => event_id)).to.deep.equal([winner?.write_id]);
      expect(await store.builds("shop", 10)).to.have.length(1);
    });

    it("refuses who has read another version, or the same one with another status", async () => {
      const before = row("shop");
      await store.create(before, {});
      const second = after(before);
      await store.write(before, second, {});

      expect(await store.write(before, after(before, { write_id: "x" }), {})).to.equal("conflict");
      const wrong = { ...second, status: "Deploying" as const };
      expect(await store.write(wrong, after(wrong, { status: "Deployed" }), {})).to.equal("conflict");
      expect(await store.write(row("gone"), after(row("gone")), {})).to.equal("conflict");
      expect(await store.get("shop")).to.deep.equal(second);
    });

    it("removes a row with its builds and keeps the event", async () => {
      const before = row("shop", { status: "Deleting" });
      await store.create(before, { builds: [record("shop", 1), record("shop", 2)] });
      const gone = eventOf(after(before, { status: "Deleted" }));
      expect(await store.remove({ ...before, version: 7 }, gone)).to.equal("conflict");
      expect(await store.remove(before, gone)).to.equal("written");

      expect(await store.get("shop")).to.equal(undefined);
      expect(await store.builds("shop", 10)).to.deep.equal([]);
      expect(await store.unsent("2026-11-22", 10)).to.deep.equal([gone]);
      await store.settle(gone);
      await store.settle(gone);
      expect(await store.unsent("2026-11-22", 10)).to.deep.equal([]);
    });

    it("finds sites by their source, lists all of them, and builds the newest first", async () => {
      await store.create(row("a"), { builds: [9, 10, 11].map((number) => record("a", number)) });
      await store.create(row("b"), {});
      await store.create(row("c", { settings: { name: "c", source: { kind: "zip" } } }), {});

      expect((await store.bySource("github.com/octo/shop")).map(({ site_id }) => site_id).sort()).to.deep.equal([
        "a",
        "b",
      ]);
      expect(await listOf(store)).to.deep.equal(["a", "b", "c"]);
      expect((await store.builds("a", 2)).map(({ number }) => number)).to.deep.equal([11, 10]);
      expect(await store.build("a", 9)).to.deep.equal(record("a", 9));
      expect(await store.build("a", 1)).to.equal(undefined);
    });

    it("hands over only events that are older than asked", async () => {
      const shop = row("shop");
      await store.create(shop, { event: eventOf(shop, "2026-11-21T10:00:00.000Z") });
      expect(await store.unsent("2026-11-21T10:00:00.000Z", 10)).to.deep.equal([]);
      expect(await store.unsent("2026-11-21T10:00:00.001Z", 10)).to.have.length(1);
    });

    it("lists more sites than one page holds", async () => {
      const names = Array.from({ length: 60 }, (_, n) => `s${n}`);
      const settings = { name: "x".repeat(100), source: { kind: "zip" as const } };
      for (const each of names) await store.create(row(each, { settings }), {});
      expect(await listOf(store)).to.deep.equal([...names].sort());
    }).timeout(60_000);

    it("keeps the last failure of each message, until it is old", async () => {
      const failureOf = (message_id: string, attempts: number, failed_at = AT) =>
        ({ message_id, queue: "executor", code: "unexpected", reason: "no", attempts, failed_at }) as const;
      for (const attempts of [1, 2]) await store.keepFailure(failureOf("m1", attempts));
      await store.keepFailure(failureOf("m2", 1, "2026-11-22T10:00:00.000Z"));
      expect(await store.failure("m1")).to.deep.equal(failureOf("m1", 2));
      expect(await store.failure("m3")).to.equal(undefined);
      expect(await store.forgetFailures(AT, 10)).to.equal(0);
      expect(await store.forgetFailures("2026-11-22T00:00:00.000Z", 10)).to.equal(1);
      expect([await store.failure("m1"), (await store.failure("m2"))?.attempts]).to.deep.equal([undefined, 1]);
      expect(await listOf(store)).to.deep.equal([]);
    });

    it("keeps installations of apps", async () => {
      const one = {
        provider: "github",
        id: "7",
        account: "octo",
        repositories: ["github.com/octo/shop"],
        updated_at: AT,
      } as const;
      await store.saveInstallation(one);
      await store.saveInstallation({ ...one, provider: "bitbucket" });
      expect(await store.installation("github", "7")).to.deep.equal(one);
      expect(await store.installations("github")).to.deep.equal([one]);
      await store.removeInstallation("github", "7");
      await store.removeInstallation("github", "7");
      expect(await store.installation("github", "7")).to.equal(undefined);
      expect(await listOf(store)).to.deep.equal([]);
    });
  });
}
