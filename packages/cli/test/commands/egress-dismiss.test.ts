import { expect } from "chai";
import { FOLDER, newestJob, putData, row, SOURCE } from "../../../data-egress/test/support/world";
import { answer, egress, FLAG, sentWorld, type Json, refusedWorld } from "../support/egress-commands";
import { createEgressWorld } from "../support/egress-world";

describe("egress commands", () => {
  it("status exits with 7 for a flag that was given up, and redrive sends it back after an answer", async () => {
    const world = createEgressWorld({ items: [row({ source_prefix: "elsewhere/" })] });
    putData(world.memory, { "a.csv": "first" });
    await world.work();

    const { stdout, exitCode } = await egress(world, "status");
    expect(exitCode).to.equal(7);
    expect(stdout).to.include("refused").and.include("dead letters").and.include(`no row for ${FLAG}`);
    expect((await egress(world, "redrive", "--dry-run")).stdout).to.include("would send 1 dead letter back");
    expect((await egress(world, "redrive")).exitCode).to.equal(2);
    const { letters, redriven } = await answer(world, "redrive", "--yes");
    expect(redriven).to.equal(1);
    expect(letters).to.have.nested.property("[0].failure.code", "no-row");
    expect((await egress(world, "redrive", "--yes")).stdout).to.equal("demo has no dead letters\n");
  });

  it("dismiss lays to rest what was given up, with who, when and why, and status counts it no more", async () => {
    const world = await refusedWorld();
    const { jobId } = await newestJob(world.memory);
    const words = ["dismiss", FOLDER, "--reason", "sent by mail"];
    expect((await egress(world, "status")).exitCode).to.equal(7);

    const planned = await egress(world, ...words, "--dry-run");
    expect(planned.stdout).to.include("would dismiss 1 job with 1 dead letter; nothing was written");
    const unanswered = await egress(world, ...words);
    expect(unanswered).to.include({ exitCode: 2, stdout: "" });
    expect(unanswered.stderr).to.include("dismissing 1 job with 1 dead letter of demo").and.include("--yes");
    expect((await newestJob(world.memory)).dismissed).to.equal(undefined);

    const { jobs, letters, exit } = await answer(world, ...words, "--yes");
    expect(exit).to.equal(0);
    expect(letters).to.have.nested.property("[0].failure.code", "name-collision");
    expect((jobs as Json[])[0]).to.include({ job_id: jobId, status: "Refused" });
    expect((jobs as Json[])[0]).to.have.nested.property("dismissed.by", "test");

    const { exitCode, stdout } = await egress(world, "status");
    expect(exitCode).to.equal(0);
    expect(stdout).to.not.include("dead letters");
    const report = await egress(world, "status", jobId);
    expect(report.exitCode).to.equal(0);
    expect(report.stdout).to.match(/^dismissed +by test, .*: sent by mail$/m);
    expect(world.memory.events.published.at(-1)).to.deep.equal({
      type: "Data Dismissed",
      detail: {
        data_egress: "demo",
        job_id: jobId,
        correlation_id: jobId,
        flag: FLAG,
        reason: "sent by mail",
        dismissed_by: "test",
      },
    });
  });

  it("dismiss says of what was dismissed already by whom and when, and writes nothing", async () => {
    const world = await refusedWorld();
    const { jobId } = await newestJob(world.memory);
    await egress(world, "dismiss", FOLDER, "--reason", "sent by mail", "--yes");
    const { dismissed } = await newestJob(world.memory);
    const told = world.memory.events.published.length;
    await world.memory.time.sleep(60_000);

    for (const more of [["--yes"], [], ["--dry-run"]]) {
      const { exitCode, stdout } = await egress(world, "dismiss", FOLDER, "--reason", "another", ...more);
      expect(exitCode).to.equal(0);
      expect(stdout).to.match(
        new RegExp(`^job ${jobId} was dismissed already, by test, 20.* ago\\): sent by mail\nnothing was written\n$`),
      );
    }
    const { jobs, already_dismissed: already } = await answer(world, "dismiss", jobId, "--reason", "another", "--yes");
    expect(jobs).to.deep.equal([]);
    expect(already).to.have.nested.property("[0].dismissed.reason", "sent by mail");
    expect((await newestJob(world.memory)).dismissed).to.deep.equal(dismissed);
    expect(world.memory.events.published).to.have.length(told);
  });

  it("dismiss ends what was broken off before: the letter goes, and the first reason is told", async () => {
    const world = await refusedWorld();
    const { jobId } = await newestJob(world.memory);
    await world.memory.ledger.dismiss(jobId, { by: "ada", reason: "sent by mail", at: "2026-11-20T00:00:00Z" });

    const { stdout, exitCode } = await egress(world, "dismiss", FOLDER, "--reason", "another", "--yes");

    expect(exitCode).to.equal(0);
    expect(stdout).to.include("was dismissed already, by ada").and.include("dismissed 0 jobs with 1 dead letter");
    const told = { job_id: jobId, reason: "sent by mail", dismissed_by: "ada" };
    expect(world.memory.events.published.at(-1)?.detail).to.include(told);
    expect((await answer(world, "status"))["dead_letters"]).to.deep.equal([]);
  });

  it("dismiss takes away a letter that nobody can read, by its own id", async () => {
    const world = createEgressWorld();
    world.memory.queue.push("not JSON");
    await world.work();
    const { dead_letters: letters } = await answer(world, "status");
    const [{ message_id: id } = {}] = letters as Json[];

    const { jobs, exit } = await answer(world, "dismiss", String(id), "--reason", "a test", "--yes");

    expect({ jobs, exit }).to.deep.equal({ jobs: [], exit: 0 });
    expect((await egress(world, "status")).exitCode).to.equal(0);
    const detail = { data_egress: "demo", message_id: id, reason: "a test", dismissed_by: "test" };
    expect(world.memory.events.published.at(-1)?.detail).to.deep.equal(detail);
  });

  it("dismiss leaves a letter that no job is known of where its reason cannot be told", async () => {
    const world = createEgressWorld();
    world.memory.queue.push("not JSON");
    await world.work();
    const { dead_letters: letters } = await answer(world, "status");
    const [{ message_id: id } = {}] = letters as Json[];
    world.memory.events.publish = async () => "no answer";

    const { exitCode, stderr } = await egress(world, "dismiss", String(id), "--reason", "a test", "--yes");

    expect(exitCode).to.equal(1);
    expect(stderr).to.include("no answer to events:PutEvents");
    expect((await answer(world, "status"))["dead_letters"]).to.have.length(1);
  });

  it("dismiss --settled takes away every letter that needs nobody, and no other", async () => {
    const world = await refusedWorld();
    const { jobId: superseded } = await newestJob(world.memory);
    world.memory.buckets.delete(SOURCE, `${FOLDER}y/a.csv`);
    await world.memory.time.sleep(1000);
    putData(world.memory, { "y/b.csv": "second" });
    const other = "dataegress/cbol/2025-01-01/";
    putData(world.memory, {}, other);
    await world.work();
    const words = ["dismiss", "--settled", "--reason", "sent since"];

    const planned = await egress(world, ...words, "--dry-run");
    expect(planned.stdout).to.include("would dismiss 1 job with 1 dead letter; nothing was written");
    expect((await egress(world, ...words)).stderr).to.include("dismissing 1 job with 1 dead letter of demo");
    const { jobs } = await answer(world, ...words, "--yes");

    expect((jobs as Json[]).map(({ job_id: id }) => id)).to.deep.equal([superseded]);
    const { dead_letters: left, exit } = await answer(world, "status");
    expect((left as Json[]).map(({ flag }) => flag)).to.deep.equal([`s3://${SOURCE}/${other}pipeline_success.flag`]);
    expect(exit).to.equal(7);
    expect(await egress(world, ...words)).to.include({ exitCode: 0, stdout: "dismissed 0 jobs with 0 dead letters\n" });
  });

  it("dismiss needs one flag or --settled", async () => {
    for (const [words, problem] of [
      [[], "[flag] is not given, nor is --settled"],
      [[FOLDER, "--settled"], "[flag] is given, and --settled too"],
    ] as const) {
      const { exitCode, stderr } = await egress(createEgressWorld(), "dismiss", ...words, "--reason", "x", "--yes");
      expect(exitCode).to.equal(2);
      expect(stderr).to.include(problem);
    }
  });

  const undismissable: readonly (readonly [readonly string[], number, string])[] = [
    [[FOLDER, "--reason", "x"], 6, "is Succeeded, neither Failed nor Refused"],
    [["dataegress/cbol/2024-12-30/", "--reason", "x"], 5, "no job of that flag that was given up"],
    [["0123", "--reason", "x"], 5, "no job 0123"],
    [[FOLDER, "--reason", " "], 2, "[reason] is blank"],
  ];
  for (const [words, code, message] of undismissable) {
    it(`dismiss ${words.join(" ")} exits with ${code}`, async () => {
      const { exitCode, stderr } = await egress(await sentWorld(), "dismiss", ...words, "--yes");

      expect(exitCode).to.equal(code);
      expect(stderr).to.include(message);
    });
  }
});
