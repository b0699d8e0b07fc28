import { expect } from "chai";
import { answer, artefacts, furnished, json, keysOf } from "../support/artefacts-commands";
import { createArtefactsWorld, type ArtefactsWorld } from "../support/artefacts-world";
import { slipway } from "../support/slipway";

describe("artefacts commands", () => {
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
      expect(none.stderr).to.include("there is no unfinished backfill latest");
    });

    it("hands more than asked for over to the queue", async () => {
      const world = await furnished();
      const found = await answer(world.pretended, "backfill", "--queue-above", "1", "--yes");
      expect(found).to.deep.include({ outcome: "handed_over", exit: 0 });
      expect(world.memory.queue.messages).to.have.length(2);
      expect(world.at("c")).to.equal(undefined);
    });

    it("says of one that goes on what it handed over before", async () => {
      const world = await furnished();
      await artefacts(world.pretended, "backfill", "--queue-above", "1", "--yes");
      const [job] = await world.client.listBackfills();
      if (job === undefined) throw new Error("there is no job");
      await world.memory.ledger.saveJob({ ...job, id: "stopped", status: "cancelled" });
      const { stdout } = await artefacts(world.pretended, "backfill", "--resume", "stopped", "--yes");
      expect(stdout).to.include("2 artefacts are in the queue of staging");
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
      expect(back.stdout).to.include("slipway artefacts promote --stack staging -- 'b'");

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
      const option = line.split(" ")[1];
      expect(stderr).to.match(
        new RegExp(
          `^slipway: \\[${option}\\] must be a whole number from [01]; to mend it: write e\\.g\\. ${option} 20\n$`,
        ),
      );
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
