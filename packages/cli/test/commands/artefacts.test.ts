import { InvalidInputError } from "@slipway/core";
import { expect } from "chai";
import { answer, artefacts, furnished, keysOf, type Json } from "../support/artefacts-commands";
import { connection, createArtefactsWorld, roles } from "../support/artefacts-world";
import { now, type Pretended } from "../support/slipway";

describe("artefacts commands", () => {
  describe("find the promotion", () => {
    it("by the output of the stack, and act as the roles that the stack's provider assumes", async () => {
      const { pretended, opened } = createArtefactsWorld();
      const asked: string[] = [];
      const { automation } = pretended;
      await artefacts(
        {
          ...pretended,
          automation: {
            outputs: async (target, options) => {
              asked.push(target.stack);
              return (await automation?.outputs?.(target, options)) ?? {};
            },
            readStackSettings: (workDir, stack) => {
              asked.push(`settings of ${stack}`);
              return automation?.readStackSettings?.(workDir, stack) ?? { roles: [] };
            },
          },
        },
        "list",
      );
      expect(asked).to.deep.equal(["staging", "settings of staging"]);
      expect(opened).to.deep.equal([{ ...connection, region: "eu-west-2", roles }]);
    });

    const withOutputs = (outputs: object): Pretended => {
      const { pretended } = createArtefactsWorld();
      return { ...pretended, automation: { ...pretended.automation, outputs: async () => ({ ...outputs }) } };
    };

    it("and say in one line with exit code 5 that there is none", async () => {
      const { stderr, exitCode } = await artefacts(withOutputs({ url: { value: "x", secret: false } }), "list");
      expect(stderr).to.equal(
        "slipway: stack staging has no output artefacts, so no artefacts are known to be promoted to it; to mend it: " +
          "name the stack of an environment that artefacts are promoted to, or bring this one up: slipway up --stack staging\n",
      );
      expect(exitCode).to.equal(5);
    });

    it("and say so when it is secret or something else", async () => {
      const secret = await artefacts(withOutputs({ artefacts: { value: undefined, secret: true } }), "list");
      const other = await artefacts(
        withOutputs({ artefacts: { value: { ...connection, target: 1 }, secret: false } }),
        "list",
      );
      expect([secret.exitCode, other.exitCode]).to.deep.equal([5, 2]);
      expect(secret.stderr).to.include("output artefacts of stack staging is secret");
      expect(other.stderr).to.include("[output artefacts of stack staging] target is not");
    });

    it("and report settings that cannot be read", async () => {
      const { pretended } = createArtefactsWorld();
      const readStackSettings = (): never => {
        throw new InvalidInputError("Pulumi.staging.yaml", "is odd");
      };
      const { exitCode, stderr } = await artefacts(
        { ...pretended, automation: { ...pretended.automation, readStackSettings } },
        "list",
      );
      expect({ exitCode, stderr }).to.deep.equal({ exitCode: 2, stderr: "slipway: [Pulumi.staging.yaml] is odd\n" });
    });
  });

  describe("list", () => {
    it("shows either side, by prefix", async () => {
      const { pretended } = await furnished();
      const target = await answer(pretended, "list");
      const source = await answer(pretended, "list", "--source", "--prefix", "c");
      expect(target).to.include({ environment: "staging", bucket: "demo-staging-artefact", complete: true });
      expect(keysOf(target["artefacts"])).to.deep.equal(["a", "b"]);
      expect(source).to.include({ environment: "integration", bucket: "demo-integration-artefact" });
      expect(keysOf(source["artefacts"])).to.deep.equal(["c"]);
    });

    it("says that there are more than it lists", async () => {
      const { pretended } = await furnished();
      const cut = await answer(pretended, "list", "--limit", "1");
      const exact = await answer(pretended, "list", "--limit", "2");
      const { stdout } = await artefacts(pretended, "list", "--limit", "1");
      expect([cut["complete"], exact["complete"]]).to.deep.equal([false, true]);
      expect(keysOf(cut["artefacts"])).to.deep.equal(["a"]);
      expect(stdout).to.include("and more; --limit");
    });

    it("shows the versions of one artefact and when each was promoted", async () => {
      const { pretended, memory } = await furnished();
      const [old, current] = memory.objects.history(memory.hop.source, "b");
      const { versions } = await answer(pretended, "list", "--versions", "b");
      const { stdout } = await artefacts(pretended, "list", "--versions", "b");
      const told = (versions as Json[]).map(({ version_id, current: isCurrent }) => [version_id, isCurrent]);
      const promoted = (versions as Json[]).map(({ promoted_at }) => promoted_at !== null);
      expect(told).to.deep.equal([
        [current?.versionId, true],
        [old?.versionId, false],
      ]);
      expect(promoted).to.deep.equal([false, true]);
      expect(stdout).to.include(`${current?.versionId} (current)`);
    });
  });

  describe("diff", () => {
    it("exits with 7 and counts what is missing or different", async () => {
      const { pretended } = await furnished();
      const found = await answer(pretended, "diff");
      const { stdout } = await artefacts(pretended, "diff");
      expect(found.exit).to.equal(7);
      expect(found["counts"]).to.deep.equal({ missing: 1, different: 1, in_flight: 0, held: 0, extra: 0 });
      expect(found).to.deep.include({ scanned: 3, total: 2, complete: true });
      expect(stdout).to.include("1 missing, 1 different; 3 compared");
      expect(stdout).to.include("to mend it: slipway artefacts backfill --stack staging");
    });

    it("exits with 0 for what is the same, extra, held or on its way", async () => {
      const world = createArtefactsWorld({ hop: { grace: 60 * 60_000 } });
      world.memory.objects.plant(world.memory.hop.target, "extra", "extra");
      const old = world.make("held", "old");
      world.make("held", "new");
      await world.client.promoteArtefact({ key: "held", versionId: old, reason: "the new one crashes" });
      world.make("new");
      const { stdout } = await artefacts(world.pretended, "diff");
      expect(stdout).to.match(/held .* held \(by \S+: the new one crashes\)/);
      const found = await answer(world.pretended, "diff");
      expect(found["counts"]).to.deep.equal({ missing: 0, different: 0, in_flight: 1, held: 1, extra: 1 });
      expect(found.exit).to.equal(0);
    });

    it("compares a part, which a backfill of the same prefix then mends", async () => {
      const world = await furnished();
      const before = await answer(world.pretended, "diff", "--prefix", "c");
      await answer(world.pretended, "backfill", "--prefix", "c", "--yes");
      const after = await answer(world.pretended, "diff", "--prefix", "c");
      const rest = await answer(world.pretended, "diff");
      expect([before, after].map(({ scanned, exit }) => [scanned, exit])).to.deep.equal([
        [1, 7],
        [1, 0],
      ]);
      expect(keysOf(rest["differences"])).to.deep.equal(["b"]);
    });

    it("says when no key begins with the prefix on either side, and so does a backfill", async () => {
      const world = await furnished();
      world.memory.objects.plant(world.memory.hop.target, "extra", "extra");
      const diff = await artefacts(world.pretended, "diff", "--prefix", "nosuch/");
      const known = await artefacts(world.pretended, "diff", "--prefix", "a");
      const extra = await artefacts(world.pretended, "diff", "--prefix", "extra");
      expect(diff.stdout).to.equal("integration -> staging: no key begins with nosuch/ on either side\n");
      expect(known.stdout).to.include("no differences; 1 compared");
      expect(extra.stdout).to.include("1 extra; 0 compared");
      const nothing = "no key of integration begins with nosuch/: there is nothing to copy\n";
      for (const word of ["--dry-run", "--yes"]) {
        const backfill = await artefacts(world.pretended, "backfill", "--prefix", "nosuch/", word);
        const had = await artefacts(world.pretended, "backfill", "--prefix", "a", word);
        expect([backfill.stdout, backfill.exitCode]).to.deep.equal([nothing, 0]);
        expect(had.stdout).to.equal("staging has everything\n");
      }
      expect(diff.exitCode).to.equal(0);
    });

    it("shows the control characters of a key, and tells JSON the key itself", async () => {
      const world = createArtefactsWorld();
      const key = "esc\u001B[31mred\n\tx";
      world.make(key);
      const screen = { ...world.pretended, typed: "" };
      for (const words of [["list", "--source"], ["diff"], ["backfill", "--dry-run"]]) {
        const { stdout } = await artefacts(screen, ...words);
        expect(stdout).to.include("esc\\x1b[31mred\\n\\tx");
      }
      expect((await artefacts(screen, "diff")).stdout).to.include("\u001B[31mmissing\u001B[39m");
      expect(keysOf((await answer(world.pretended, "list", "--source"))["artefacts"])).to.deep.equal([key]);
      const { stdout, stderr } = await artefacts(screen, "promote", key, "--yes");
      expect(stdout + stderr)
        .to.include("promoted esc\\x1b[31mred\\n\\tx to staging")
        .and.not.include("\u001B[31m");
    });

    it("exits with 5 when a bucket is gone", async () => {
      const { pretended, memory } = await furnished();
      memory.objects.deleteBucket(memory.hop.target);
      const { exitCode, stderr } = await artefacts(pretended, "diff", "--quiet");
      expect(exitCode).to.equal(5);
      expect(stderr).to.include("bucket demo-staging-artefact does not exist");
    });

    it("lists as many as asked for, the worst first, and counts all", async () => {
      const world = await furnished();
      for (const key of ["0", "1"]) world.memory.objects.plant(world.memory.hop.target, key, key);
      const found = await answer(world.pretended, "diff", "--limit", "3");
      const { stdout } = await artefacts(world.pretended, "diff", "--limit", "3");
      const listed = (found["differences"] as Json[]).map(({ kind, key }) => [kind, key]);
      expect(listed).to.deep.equal([
        ["missing", "c"],
        ["different", "b"],
        ["extra", "0"],
      ]);
      expect(found["total"]).to.equal(4);
      expect(stdout).to.include("and 1 more; --limit");
    });

    it("exits with 130 when it was stopped, and says how far it came", async () => {
      const { pretended } = await furnished();
      const stopped = { ...pretended, signal: AbortSignal.abort() };
      const { stdout, exitCode } = await artefacts(stopped, "diff");
      expect(exitCode).to.equal(130);
      expect(stdout).to.include("3 compared, then stopped");
    });
  });

  describe("history", () => {
    it("tells promotions, of one artefact or of some days, latest first", async () => {
      const { pretended, client } = await furnished();
      await client.promoteArtefact({ key: "b" });
      const all = await answer(pretended, "history", "--days", "1");
      const one = await answer(pretended, "history", "--key", "b");
      const last = await answer(pretended, "history", "--limit", "1");
      const { stdout } = await artefacts(pretended, "history");
      expect(all["promotions"]).to.have.length(3);
      expect((one["promotions"] as Json[]).map(({ trigger }) => trigger)).to.deep.equal(["command", "backfill"]);
      expect(keysOf(last["promotions"])).to.deep.equal(["b"]);
      expect(stdout).to.match(/command .*ada .*SHA256 .* b\n/);
    });

    it("looks back as many days as asked for, 30 otherwise", async () => {
      const DAY = 24 * 3_600_000;
      let daysAgo = 40;
      const world = createArtefactsWorld({ clock: { now: () => new Date(now.getTime() - daysAgo * DAY) } });
      for (daysAgo of [40, 20, 2]) {
        world.make(`${daysAgo} days ago`);
        await world.client.backfill();
      }
      daysAgo = 0;
      const found = async (...words: string[]) =>
        keysOf((await answer(world.pretended, "history", ...words))["promotions"]);
      expect(await found()).to.deep.equal(["2 days ago", "20 days ago"]);
      expect(await found("--days", "3")).to.deep.equal(["2 days ago"]);
      expect(await found("--days", "41")).to.have.length(3);
    });

    it("says that there are more than it tells, of promotions, backfills and versions", async () => {
      const { pretended, client } = await furnished();
      await client.backfill();
      for (const words of [["history"], ["history", "--backfills"], ["list", "--versions", "b"]]) {
        const cut = await artefacts(pretended, ...words, "--limit", "1");
        const all = await artefacts(pretended, ...words);
        const complete = (await answer(pretended, ...words, "--limit", "1"))["complete"];
        expect(cut.stdout.split("\n")).to.have.length(4);
        expect(cut.stdout).to.match(/\nand more; --limit shows them\n$/);
        expect(all.stdout).to.not.include("and more");
        expect(complete).to.equal(false);
      }
    });

    it("tells backfills", async () => {
      const { pretended } = await furnished();
      const { backfills, schema } = await answer(pretended, "history", "--backfills");
      expect(schema).to.equal("slipway.artefact-backfills.v1");
      expect(backfills).to.have.length(1);
      expect(backfills).to.have.nested.property("[0].status", "finished");
    });
  });
});
