import { InvalidInputError } from "@slipway/core";
import { expect } from "chai";
import { connection, createArtefactsWorld, roles, type ArtefactsWorld } from "../support/artefacts-world";
import { now, slipway, type Pretended } from "../support/slipway";

type Json = Readonly<Record<string, unknown>>;
const json = (text: string): Json => JSON.parse(text) as Json;

const artefacts = (pretended: Pretended, ...words: string[]) =>
  slipway(["artefacts", ...words, "--stack", "staging"], pretended);

/** What a command answers in JSON, with its exit code. */
async function answer(pretended: Pretended, ...words: string[]): Promise<Json & { readonly exit: number }> {
  const { stdout, stderr, exitCode } = await artefacts(pretended, ...words, "--json");
  expect(stdout, stderr).to.not.equal("");
  return { ...json(stdout), exit: exitCode };
}

const keysOf = (list: unknown): unknown[] => (list as { readonly key: string }[]).map(({ key }) => key);

/** A world in which `a` is promoted, `b` has another state at the source, and `c` was never promoted. */
async function furnished(): Promise<ArtefactsWorld> {
  const world = createArtefactsWorld();
  world.make("a");
  world.make("b", "old b");
  await world.client.backfill();
  world.make("b", "new b");
  world.make("c");
  return world;
}

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

  describe("backfill", () => {
    it("lists in a dry run what would be copied", async () => {
      const { pretended } = await furnished();
      const found = await answer(pretended, "backfill", "--dry-run");
      const cut = await artefacts(pretended, "backfill", "--dry-run", "--limit", "1");
      expect(found).to.deep.include({ outcome: "planned", job: null, exit: 0 });
      expect(found["planned"]).to.deep.equal({ artefacts: 2, bytes: 6, mode: "direct" });
      expect(keysOf(found["differences"])).to.deep.equal(["c", "b"]);
      expect(cut.stdout).to.include("and 1 more").and.include("would copy 2 artefacts (6 B) to staging");
    });

    it("copies what is missing or different and nothing else, then has nothing to do", async () => {
      const world = await furnished();
      const first = await answer(world.pretended, "backfill", "--yes");
      const second = await answer(world.pretended, "backfill");
      expect(first).to.deep.include({ outcome: "copied", exit: 0, dry_run: false });
      expect(first["counts"]).to.deep.equal({ scanned: 3, promoted: 2, bytes: 6, queued: 0, skipped: 0 });
      expect([world.at("b"), world.at("c")]).to.deep.equal(["new b", "c"]);
      expect(second).to.deep.include({ outcome: "nothing", exit: 0 });
    });

    it("shows what it will copy, in which phase it is, and asks", async () => {
      const { pretended, at } = await furnished();
      const { stderr, exitCode } = await artefacts({ ...pretended, env: { CI: "1" }, typed: "y" }, "backfill");
      expect(exitCode).to.equal(0);
      expect(stderr).to.match(/missing .* c\n/);
      expect(stderr).to.include("Go ahead with copying 2 artefacts (6 B) to staging?");
      expect(stderr).to.include("comparing staging with its source ...").and.include("copying to staging ...");
      expect(at("c")).to.equal("c");
    });

    it("stops at Ctrl-C with exit code 130, says how to go on, and goes on with what is left", async () => {
      const interruption = new AbortController();
      const world = createArtefactsWorld({ limits: { objectsAtOnce: 1 } });
      for (let n = 0; n < 30; n += 1) world.make(`k${String(n).padStart(2, "0")}`);
      const { objects } = world.memory;
      const copy = objects.copy.bind(objects);
      let copies = 0;
      objects.copy = async (request) => {
        copies += 1;
        if (copies === 10) interruption.abort();
        return copy(request);
      };

      const stopped = await artefacts({ ...world.pretended, signal: interruption.signal }, "backfill", "--yes");
      const [job] = await world.client.listBackfills();
      const promised = /slipway (artefacts backfill .*)/.exec(stopped.stdout)?.[1]?.split(" ") ?? [];
      const listed = await artefacts(world.pretended, "history", "--backfills");
      const resumed = await slipway([...promised, "--yes", "--json"], world.pretended);

      expect(stopped.exitCode).to.equal(130);
      expect(stopped.stdout).to.include("stopped: 10 of 30 artefacts are done with");
      expect(promised.at(-1)).to.equal(job?.id);
      expect(listed.stdout).to.include("cancelled").and.include(String(job?.id));
      expect(json(resumed.stdout)).to.deep.include({ outcome: "copied" });
      expect(json(resumed.stdout)).to.have.nested.property("counts.promoted", 20);
      expect(copies).to.equal(30);
      expect((await answer(world.pretended, "diff")).exit).to.equal(0);
    });

    it("copies nothing when Ctrl-C came before it had compared", async () => {
      const world = await furnished();
      const before = await world.stored();
      const { stdout, exitCode } = await artefacts(
        { ...world.pretended, signal: AbortSignal.abort() },
        "backfill",
        "--yes",
      );
      expect({ stdout, exitCode }).to.deep.equal({
        stdout: "stopped while comparing: nothing was copied\n",
        exitCode: 130,
      });
      expect(await world.stored()).to.equal(before);
    });

    it("exits with 5 when there is none to resume, and refuses a prefix with it", async () => {
      const { pretended } = await furnished();
      const none = await artefacts(pretended, "backfill", "--resume", "latest", "--yes");
      const both = await artefacts(pretended, "backfill", "--resume", "latest", "--prefix", "a");
      expect([none.exitCode, both.exitCode]).to.deep.equal([5, 2]);
      expect(none.stderr).to.include("no backfill latest");
    });

    it("hands more than asked for over to the queue", async () => {
      const world = await furnished();
      const found = await answer(world.pretended, "backfill", "--queue-above", "1", "--yes");
      expect(found).to.deep.include({ outcome: "handed_over", exit: 0 });
      expect(world.memory.queue.messages).to.have.length(2);
      expect(world.at("c")).to.equal(undefined);
    });

    it("waits for the queue when it is told to, and stops waiting at Ctrl-C", async () => {
      const interruption = new AbortController();
      const sleeps: (() => Promise<void>)[] = [
        async () => world.memory.queue.deliver(99, async () => []),
        async () => interruption.abort(),
      ];
      const sleep = async (): Promise<void> => {
        const next = sleeps.shift();
        if (next === undefined) throw new Error("slept once too often");
        await next();
      };
      const world = createArtefactsWorld({ sleeper: { sleep } });
      const backfill = () =>
        answer(
          { ...world.pretended, signal: interruption.signal },
          "backfill",
          "--queue-above",
          "0",
          "--wait",
          "--yes",
        );
      world.make("a");

      const waited = await backfill();
      const stopped = await backfill();

      expect(waited).to.deep.include({ outcome: "handed_over", exit: 0 });
      expect(stopped).to.deep.include({ outcome: "stopped_waiting", exit: 130 });
      expect(sleeps).to.deep.equal([]);
    });

    it("exits with 7 when something could not be copied, and says where it is now", async () => {
      const world = await furnished();
      const { objects } = world.memory;
      const copy = objects.copy.bind(objects);
      objects.copy = async (request) => {
        if (request.source.key === "c") throw new Error("denied");
        return copy(request);
      };
      const { stdout, exitCode } = await artefacts(world.pretended, "backfill", "--yes");
      expect(exitCode).to.equal(7);
      expect(stdout).to.include("1 failed and are in the queue");
      expect(stdout).to.include("slipway artefacts redrive --stack staging --dry-run");
      expect(world.memory.queue.messages).to.have.length(1);
    });
  });

  describe("promote", () => {
    it("promotes the current version now", async () => {
      const world = await furnished();
      const found = await answer(world.pretended, "promote", "c", "--yes");
      expect(found).to.deep.include({ outcome: "promoted", hold: null, version_id: null, dry_run: false, exit: 0 });
      expect(found).to.have.nested.property("promotions[0].requested_by.name", "ada");
      expect(world.at("c")).to.equal("c");
      const { stdout } = await artefacts(world.pretended, "promote", "c", "--yes");
      expect(stdout).to.equal("staging has c already\n");
    });

    it("puts an earlier version there and holds it, until the current one is promoted again", async () => {
      const world = await furnished();
      const old = world.memory.objects.history(world.memory.hop.source, "b")[0]?.versionId ?? "";
      await world.client.promoteArtefact({ key: "b" });
      expect(world.at("b")).to.equal("new b");

      const back = await artefacts(world.pretended, "promote", "b", "--version", old, "--reason", "crashes", "--yes");
      const held = await world.memory.ledger.hold("b");
      expect(world.at("b")).to.equal("old b");
      expect(held).to.deep.include({ versionId: old, reason: "crashes" });
      expect(back.stdout).to.include(`promoted version ${old} of b to staging, proven equal by SHA256`);
      expect(back.stdout).to.include("slipway artefacts promote 'b' --stack staging");

      await artefacts(world.pretended, "promote", "b", "--yes");
      expect(world.at("b")).to.equal("new b");
      expect(await world.memory.ledger.hold("b")).to.equal(undefined);
    });

    it("holds nothing when the version is the current one", async () => {
      const { pretended, memory } = await furnished();
      const current = memory.objects.history(memory.hop.source, "c")[0]?.versionId ?? "";
      const { stdout } = await artefacts(pretended, "promote", "c", "--version", current, "--yes");
      expect(stdout).to.include("nothing is held: the source has nothing newer");
      expect(await memory.ledger.hold("c")).to.equal(undefined);
    });

    it("says with exit code 5 that the key or the version is not there, before it asks", async () => {
      const { pretended } = await furnished();
      const lines = [
        ["promote", "nope"],
        ["promote", "a", "--version", "nope"],
        ["list", "--versions", "nope"],
      ];
      for (const words of lines) {
        const { exitCode, stderr } = await artefacts(pretended, ...words);
        expect(exitCode, words.join(" ")).to.equal(5);
        expect(stderr).to.match(/nope( of a)? is not in demo-integration-artefact/);
      }
    });

    it("refuses a reason that nothing would keep", async () => {
      const world = await furnished();
      const before = await world.stored();
      const { exitCode, stderr } = await artefacts(world.pretended, "promote", "c", "--reason", "x", "--yes");
      expect(exitCode).to.equal(2);
      expect(stderr).to.include("give --version as well");
      expect(await world.stored()).to.equal(before);
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

  describe("redrive", () => {
    it("lists dead letters with their reasons and leaves them where they are", async () => {
      const world = createArtefactsWorld();
      await world.giveUp("app/a.tgz", "access denied to s3:GetObject");
      const { stdout, exitCode } = await artefacts(world.pretended, "redrive", "--dry-run");
      expect(exitCode).to.equal(0);
      expect(stdout).to.match(/5 +app\/a\.tgz +access denied to s3:GetObject/);
      expect(world.memory.queue.letters).to.have.length(1);
      expect(world.memory.queue.messages).to.deep.equal([]);
    });

    it("shows, asks, and sends back", async () => {
      const world = createArtefactsWorld();
      await world.giveUp("app/a.tgz", "denied");
      const { stderr, stdout, exitCode } = await artefacts({ ...world.pretended, typed: "y" }, "redrive");
      expect(exitCode).to.equal(0);
      expect(stderr).to.include("denied").and.include("sending 1 dead letter of staging back");
      expect(stdout).to.include("sent 1 dead letter back to the queue of staging");
      expect(world.memory.queue.messages).to.have.length(1);
      expect(world.memory.queue.letters).to.deep.equal([]);
    });

    it("sends back no more than asked for, and all of them otherwise", async () => {
      const world = createArtefactsWorld();
      for (let n = 0; n < 120; n += 1) await world.giveUp(`k${n}`, "denied");
      const listed = await answer(world.pretended, "redrive", "--dry-run");
      const some = await answer(world.pretended, "redrive", "--limit", "3", "--yes");
      const rest = await answer(world.pretended, "redrive", "--yes");
      expect(listed["letters"]).to.have.length(100);
      expect([listed["complete"], some["redriven"], rest["redriven"]]).to.deep.equal([false, 3, 117]);
    });

    it("asks nothing when there is none", async () => {
      const { pretended } = createArtefactsWorld();
      const { stdout, exitCode } = await artefacts(pretended, "redrive");
      expect({ stdout, exitCode }).to.deep.equal({ stdout: "staging has no dead letters\n", exitCode: 0 });
    });

    it("stops between letters at Ctrl-C", async () => {
      const world = createArtefactsWorld();
      await world.giveUp("a", "denied");
      const { exitCode } = await artefacts({ ...world.pretended, signal: AbortSignal.abort() }, "redrive", "--yes");
      expect(exitCode).to.equal(130);
      expect(world.memory.queue.letters).to.have.length(1);
    });
  });

  it("refuse counts that are none", async () => {
    const { pretended } = createArtefactsWorld();
    const lines = [
      "list --limit 0",
      "diff --limit 1.5",
      "history --days -1",
      "backfill --queue-above -1",
      "redrive --limit 0",
    ];
    for (const line of lines) {
      const { exitCode, stderr } = await artefacts(pretended, ...line.split(" "));
      expect(exitCode, line).to.equal(2);
      expect(stderr).to.include("must be a whole number from");
    }
  });
});

describe("changes to artefacts", () => {
  const mutations: readonly (readonly string[])[] = [["backfill"], ["promote", "c"], ["redrive"]];

  /** Everything in it can be changed by each of the commands. */
  async function unsettled(): Promise<ArtefactsWorld> {
    const world = await furnished();
    await world.giveUp("b", "denied");
    return world;
  }

  for (const words of mutations) {
    const [name] = words;
    it(`${name}: a dry run writes nothing, and says what it is in JSON`, async () => {
      const world = await unsettled();
      const before = await world.stored();
      const found = await answer(world.pretended, ...words, "--dry-run");
      expect(found).to.deep.include({ dry_run: true, exit: 0 });
      expect(await world.stored()).to.equal(before);
    });

    it(`${name}: without a terminal names the flag, exits with 2, and writes nothing`, async () => {
      const world = await unsettled();
      const before = await world.stored();
      const { stderr, exitCode } = await artefacts(world.pretended, ...words);
      expect(stderr.trimEnd().split("\n").at(-1)).to.match(/to mend it: pass --yes$/);
      expect(exitCode).to.equal(2);
      expect(await world.stored()).to.equal(before);
    });

    it(`${name}: writes nothing after a no`, async () => {
      const world = await unsettled();
      const before = await world.stored();
      const { exitCode } = await artefacts({ ...world.pretended, typed: "n" }, ...words);
      expect(exitCode).to.equal(6);
      expect(await world.stored()).to.equal(before);
    });

    it(`${name}: --yes is what makes it write`, async () => {
      const world = await unsettled();
      const before = await world.stored();
      const { exitCode } = await artefacts(world.pretended, ...words, "--yes");
      expect(exitCode).to.equal(0);
      expect(await world.stored()).to.not.equal(before);
    });
  }
});

describe("JSON documents of artefacts", () => {
  const documents: readonly (readonly [line: string, schema: string, key: string])[] = [
    ["list", "slipway.artefacts.v1", "artefacts"],
    ["list --versions a", "slipway.artefact-versions.v1", "versions"],
    ["diff", "slipway.artefact-differences.v1", "differences"],
    ["backfill --yes", "slipway.artefact-backfill.v1", "job"],
    ["promote a --yes", "slipway.artefact-promotion.v1", "promotions"],
    ["history", "slipway.artefact-promotions.v1", "promotions"],
    ["redrive --yes", "slipway.artefact-redrive.v1", "letters"],
  ];
  for (const [line, schema, key] of documents) {
    it(`of ${line} is one line with its schema first`, async () => {
      const { pretended } = await furnished();
      const { stdout } = await artefacts(pretended, ...line.split(" "), "--json");
      expect(stdout.split("\n")).to.have.length(2);
      expect(Object.entries(json(stdout))[0]).to.deep.equal(["schema", schema]);
      expect(json(stdout)).to.have.property("stack", "staging");
      expect(json(stdout)).to.have.property(key);
    });
  }
});
