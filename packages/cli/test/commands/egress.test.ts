import type { JsonValue } from "@slipway/automation";
import { expect } from "chai";
import { FOLDER, newestJob, putData, row, sftRow, SOURCE, TARGET } from "../../../data-egress/test/support/world";
import { createHandleMessage } from "../../../data-egress/src/handlers/handle-message";
import { LeaseWatch } from "../../../data-egress/src/operations/lease-watch";
import { answer, egress, FLAG, sentWorld, refusedWorld, type Json } from "../support/egress-commands";
import { connection, createEgressWorld, roles } from "../support/egress-world";
import { slipway } from "../support/slipway";

describe("egress commands", () => {
  it("find the data egress by the output of the stack", async () => {
    const world = createEgressWorld();
    await egress(world, "list");

    expect(world.opened).to.deep.equal([{ ...connection, assumeRoles: roles }]);
  });

  const unknown: Record<string, [JsonValue, string]> = {
    "is not there": [null, "output dataEgress of stack production is not there"],
    "is something else": [{ name: "demo", queueUrl: "q" }, "lacks rowsTable, ledgerTable, deadLetterQueueUrl"],
  };
  for (const [what, [output, message]] of Object.entries(unknown)) {
    it(`exit with 5 when the output ${what}`, async () => {
      const { exitCode, stderr } = await egress(createEgressWorld({}, output), "list");

      expect(exitCode).to.equal(5);
      expect(stderr).to.include(message).and.include("setting slipway:dataEgress of the stack");
    });
  }

  it("rows tells what is sent where", async () => {
    const { stdout, exitCode } = await egress(createEgressWorld(), "rows");

    expect(exitCode).to.equal(0);
    expect(stdout).to.match(/^cbol +s3:\/\/source\/dataegress\/cbol\/\$TODAYS_DATE\/ +S3 +CBOL +s3:\/\/target\/cbol/m);
    expect(stdout).to.match(/^cbol#sft .* SFT +Warehouse +\/data-egress\/warehouse\/$/m);
  });

  it("rows tells how a manifest is encrypted, and under which key", async () => {
    const manifest_key_arn = "arn:aws:kms:eu-west-2:123456789012:key/k";
    const manifest = { manifest_file_name: "m.gz", manifest_file_encryption: "encrypted", manifest_key_arn };
    const world = createEgressWorld({ items: [row(manifest), row({ source_prefix: "other/" })] });

    const { rows } = await answer(world, "rows");

    expect(rows).to.have.nested.property("[0].manifest_file_encryption", "encrypted");
    expect(rows).to.have.nested.property("[0].manifest_key_arn", manifest_key_arn);
    expect((rows as Json[])[1]).to.include({ manifest_file_encryption: "none", manifest_key_arn: null });
    expect((await egress(world, "rows")).stdout).to.match(/ encrypted manifest$/m);
  });

  it("rows exits with 7 for a row that cannot be used, and says what is wrong with it", async () => {
    const world = createEgressWorld({ items: [row(), row({ source_prefix: "other/", transfer_type: "FTP" })] });
    const { rows, bad_rows: bad, exit } = await answer(world, "rows");

    expect(exit).to.equal(7);
    expect(rows).to.have.length(1);
    expect(bad).to.have.nested.property("[0].problems[0].field", "transfer_type");
    expect((await egress(world, "rows")).stdout)
      .to.include("bad row")
      .and.include("FTP is not one of S3, SFT");
  });

  it("rows exits with 7 where two pipelines take one folder, and names them", async () => {
    const world = createEgressWorld({
      items: [row(), row({ pipeline_name: "ris" }), row({ source_prefix: "other/" })],
    });
    const { conflicts, bad_rows: bad, exit } = await answer(world, "rows");

    expect({ exit, bad }).to.deep.equal({ exit: 7, bad: [] });
    expect(conflicts).to.have.length(1);
    for (const command of ["rows", "status"]) {
      const { stdout, exitCode } = await egress(world, command);
      expect(exitCode, command).to.equal(7);
      expect(stdout, command).to.include("conflict cbol and ris both take s3://source/dataegress/cbol/$TODAYS_DATE/");
    }
  });

  it("plan says what a flag would send, before it is there, and sends nothing", async () => {
    const world = createEgressWorld();
    world.memory.buckets.put(SOURCE, `${FOLDER}a.csv`, "first");

    const { stdout, exitCode } = await egress(world, "plan", FOLDER);

    expect(exitCode).to.equal(0);
    expect(stdout).to.match(
      /^CBOL +dataegress\/cbol\/2024-12-31\/a\.csv +5 B +s3:\/\/target\/cbol\/2024-12-31\/a\.csv$/m,
    );
    expect(stdout).to.include("cbol of 2024-12-31: 1 file, 5 B, in 2 deliveries");
    const { flag, plan, refusal } = await answer(world, "plan", FLAG);
    expect({ flag, refusal }).to.deep.equal({ flag: FLAG, refusal: null });
    expect(plan).to.deep.include({ pipeline: "cbol", date: "2024-12-31", files: 1, bytes: 5 });
    expect(world.memory.buckets.writes).to.deep.equal([]);
  });

  it("plan lists files that are made as well", async () => {
    const world = createEgressWorld({ items: [sftRow({ control_file_prefix: "cbol-$TODAYS_DATE.control" })] });
    world.memory.buckets.put(SOURCE, `${FOLDER}a.csv`, "first");

    expect((await egress(world, "plan", FOLDER)).stdout).to.match(
      /^Warehouse +control +made +\/data-egress\/warehouse\/cbol-20241231\.control$/m,
    );
  });

  it("plan exits with 6 for a flag that would be refused, and says why", async () => {
    const { stdout, exitCode } = await egress(createEgressWorld(), "plan", `s3://${SOURCE}/nobody/knows/`);

    expect(exitCode).to.equal(6);
    expect(stdout).to.include(`would be refused (no-row): no row for s3://${SOURCE}/nobody/knows/`);
  });

  const mistakes: readonly (readonly [readonly string[], string])[] = [
    [["plan", "dataegress/cbol"], "[flag] dataegress/cbol is neither a folder nor a flag in one"],
    [["plan", "s3://source"], "[flag] s3://source has no bucket, or no key"],
    [["plan", FOLDER, "--at", "yesterday"], "[--at] yesterday is no moment"],
    [["list", "--date", "2024-13-01"], "[date] 2024-13-01 is no day"],
    [["list", "--limit", "0"], "[--limit] must be a whole number from 1"],
    [["status", "--days", "1.5"], "[--days] must be a whole number from 1"],
    [["replay", "--yes"], "[job] is not given, nor are --pipeline and --date both"],
    [["replay", "--pipeline", "cbol"], "[job] is not given, nor are --pipeline and --date both"],
    [["replay", "abc", "--date", "2024-12-31"], "[job] is given, and a day is too"],
  ];
  for (const [words, message] of mistakes) {
    it(`refuse ${words.join(" ")}`, async () => {
      const { exitCode, stderr, stdout } = await egress(createEgressWorld(), ...words);

      expect({ exitCode, stdout }).to.deep.equal({ exitCode: 2, stdout: "" });
      expect(stderr).to.include(message);
      expect(stderr.trimEnd()).to.not.include("\n");
    });
  }

  it("list shows jobs, and only those that were asked for", async () => {
    const world = await sentWorld();
    const { jobs } = await answer(world, "list");

    expect(jobs).to.have.length(1);
    expect((jobs as Json[])[0]).to.include({ flag: FLAG, status: "Succeeded", pipeline: "cbol", files: 2, bytes: 11 });
    expect((await answer(world, "list", "--date", "2024-12-30"))["jobs"]).to.deep.equal([]);
    expect((await answer(world, "list", "--status", "Failed"))["jobs"]).to.deep.equal([]);
    expect((await egress(world, "list", "--pipeline", "cbol")).stdout).to.include("Succeeded");
    expect((await egress(world, "list", "--date", "2024-12-30")).stdout).to.equal("demo has no such jobs\n");
  });

  it("list exits with 5 for a pipeline that no row has, and says what was meant", async () => {
    const { exitCode, stderr } = await egress(await sentWorld(), "list", "--pipeline", "cobl");

    expect(exitCode).to.equal(5);
    expect(stderr).to.include("no row is of pipeline cobl; did you mean cbol?");
  });

  it("list knows whose flags were refused, and on which day", async () => {
    const world = createEgressWorld();
    putData(world.memory, { "x/a.csv": "first", "y/a.csv": "second" });
    await world.work();

    for (const words of [
      ["--date", "2024-12-31"],
      ["--pipeline", "cbol"],
    ]) {
      const { jobs } = await answer(world, "list", ...words);
      const about = { status: "Refused", code: "name-collision", pipeline: "cbol", date: "2024-12-31" };
      expect((jobs as Json[])[0], words.join(" ")).to.include(about);
    }
    expect((await egress(world, "list")).stdout).to.match(/cbol +2024-12-31 +Refused .*, and put a new flag/);
  });

  it("status of a job shows what each recipient has, with checksums and answers", async () => {
    const world = await sentWorld();
    const { jobId } = await newestJob(world.memory);

    const { receipts, missing, exit } = await answer(world, "status", jobId);
    const byFlag = await egress(world, "status", FOLDER);

    expect({ missing, exit }).to.deep.equal({ missing: 0, exit: 0 });
    expect((receipts as Json[]).map(({ recipient, bytes }) => `${recipient} ${bytes}`)).to.deep.equal([
      "CBOL 5",
      "CBOL 6",
      "Warehouse 5",
      "Warehouse 6",
    ]);
    // sha256 of "second"
    expect(byFlag.stdout).to.include("16367aacb67a").and.include("receipts  4 of 4");
  });

  it("status of a folder says first that its newest flag was refused, how to mend that, and what was sent before", async () => {
    const world = await sentWorld();
    const { jobId: earlier } = await newestJob(world.memory);
    await world.memory.time.sleep(1000);
    putData(world.memory, { "x/a.csv": "other" });
    await world.work();
    const { jobId: newest } = await newestJob(world.memory);

    const { stdout, exitCode } = await egress(world, "status", FOLDER);

    expect(exitCode).to.equal(7);
    expect(stdout).to.match(/^status +Refused .*\nreason .*give them different names, and put a new flag/m);
    expect(stdout).to.match(new RegExp(`^JOB +${newest}[^]*\nsent before that:\nJOB +${earlier}[^]*16367aacb67a`));
    const { job, before } = await answer(world, "status", FOLDER);
    expect(job).to.include({ job_id: newest, code: "name-collision" });
    expect(before).to.have.nested.property("job.job_id", earlier);
    expect(before).to.have.property("receipts").with.length(4);
  });

  it("status of a folder whose newest flag was sent tells of that one alone", async () => {
    const world = await sentWorld();

    expect(await answer(world, "status", FOLDER)).to.deep.include({ before: null });
    expect((await egress(world, "status", FOLDER)).stdout).to.not.include("before");
  });

  it("status of a job that is not there, and of a flag without one, exits with 5", async () => {
    const world = await sentWorld();

    expect(await egress(world, "status", "0123")).to.deep.include({ exitCode: 5 });
    const { exitCode, stderr } = await egress(world, "status", "dataegress/cbol/2024-12-30/");
    expect(exitCode).to.equal(5);
    expect(stderr).to.include(`no job of s3://${SOURCE}/dataegress/cbol/2024-12-30/pipeline_success.flag`);
  });

  it("status tells how pipelines fare, and exits with 0 when nobody is needed", async () => {
    const { stdout, exitCode } = await egress(await sentWorld(), "status");

    expect(exitCode).to.equal(0);
    expect(stdout).to.match(/^cbol +S3 CBOL, SFT Warehouse .* Succeeded +2$/m);
  });

  it("status exits with 7 when a flag is overdue", async () => {
    const world = createEgressWorld({ items: [row({ expected_by: "06:00" })] });
    const { stdout, exitCode } = await egress(world, "status");

    expect(exitCode).to.equal(7);
    expect(stdout).to.include("OVERDUE");
    expect((await answer(world, "status"))["overdue"]).to.deep.equal([
      { pipeline: "cbol", expected_by: "06:00", date: "2026-11-21" },
    ]);
  });

  it("status counts no refused flag after which the folder was sent, says so, and how its letter goes", async () => {
    const world = await refusedWorld();
    const { jobId: refused } = await newestJob(world.memory);
    world.memory.buckets.delete(SOURCE, `${FOLDER}y/a.csv`);
    await world.memory.time.sleep(1000);
    putData(world.memory, { "y/b.csv": "second" });
    await world.work();
    const { jobId } = await newestJob(world.memory);

    const { stdout, exitCode } = await egress(world, "status");

    expect(exitCode).to.equal(0);
    expect(stdout)
      .to.include(`superseded by job ${jobId}`)
      .and.include('slipway egress dismiss --settled --reason "sent since" --stack production');
    expect((await answer(world, "status"))["superseded"]).to.have.nested.property("[0].job_id", refused);
    expect(await egress(world, "status", refused)).to.have.property("exitCode", 0);
    expect((await egress(world, "dismiss", refused, "--reason", "put again", "--yes")).exitCode).to.equal(0);
    expect((await answer(world, "status"))["dead_letters"]).to.deep.equal([]);
  });

  it("status says when a job that waits is tried again, and why it waits", async () => {
    const world = createEgressWorld({ items: [row()], buckets: { absent: [TARGET] } });
    putData(world.memory, { "a.csv": "first" });
    const [message] = [await world.memory.queue.receive()];
    const handle = createHandleMessage(world.memory, new LeaseWatch(world.memory.time, 60_000));
    if (message !== undefined) await handle(message, new AbortController().signal);

    const { jobs } = await answer(world, "list");
    const [job] = jobs as Json[];
    expect(job).to.include({ status: "Waiting", code: "destination-missing" });
    expect(Date.parse(String(job?.["next_attempt_at"]))).to.be.greaterThan(world.memory.clock.now().getTime());
    for (const words of [["list"], ["status"], ["status", FOLDER]]) {
      const { stdout } = await egress(world, ...words);
      expect(stdout, words.join(" ")).to.include("there is no bucket target").and.include("next attempt");
    }
  });

  it("replay of a day shows what it would send, needs an answer, and is a job of its own", async () => {
    const world = await sentWorld();
    const sent = world.memory.buckets.writes.length;
    const day = ["--pipeline", "cbol", "--date", "2024-12-31"];

    const planned = await answer(world, "replay", ...day, "--dry-run");
    expect(planned).to.deep.include({ job_id: null, dry_run: true, exit: 0 });
    const refused = await egress(world, "replay", ...day);
    expect(refused.exitCode).to.equal(2);
    expect(refused.stderr).to.include("sending 4 deliveries for").and.include("--yes");
    expect(world.memory.queue.depth).to.equal(0);

    const { job_id: jobId } = await answer(world, "replay", ...day, "--yes");
    await world.work();

    expect(world.memory.buckets.writes.slice(sent)).to.have.members([
      `s3://${TARGET}/cbol/2024-12-31/a.csv`,
      `s3://${TARGET}/cbol/2024-12-31/b.csv`,
    ]);
    const report = await answer(world, "status", String(jobId));
    expect(report).to.have.nested.property("job.requested_by", "test");
    expect(report).to.have.nested.property("job.status", "Succeeded");
  });

  it("replay of a flag repeats the job that succeeded", async () => {
    const world = await sentWorld();
    const { of, job_id: jobId } = await answer(world, "replay", FOLDER, "--yes");
    const { jobId: earlier } = await newestJob(world.memory);
    await world.work();

    expect(of).to.include({ job_id: earlier });
    expect((await newestJob(world.memory)).jobId).to.equal(jobId);
  });

  it("replay exits with 6 and asks for nothing when it would be refused now", async () => {
    const world = await sentWorld();
    world.memory.items.splice(0);
    const { exitCode, stdout } = await egress(world, "replay", FOLDER, "--yes");

    expect(exitCode).to.equal(6);
    expect(stdout).to.include("would be refused (no-row)").and.include("nothing was sent");
    expect(world.memory.queue.depth).to.equal(0);
  });

  it("replay of a day without a job exits with 5", async () => {
    const { exitCode, stderr } = await egress(
      await sentWorld(),
      ...["replay", "--pipeline", "cbol", "--date", "2024-12-30", "--yes"],
    );

    expect(exitCode).to.equal(5);
    expect(stderr).to.include("no job of cbol for 2024-12-30");
  });

  it("complete jobs, flags and pipelines", async () => {
    const world = await sentWorld();
    const { jobId } = await newestJob(world.memory);
    const complete = async (...words: string[]) => {
      const typed = ["--get-yargs-completions", "slipway", "egress", ...words];
      return (await slipway(typed, world.pretended)).stdout.trim().split("\n");
    };

    expect(await complete("status", "--stack", "production", "")).to.deep.equal([jobId]);
    expect(await complete("plan", "--stack", "production", "")).to.deep.equal([FLAG]);
    expect(await complete("list", "--stack", "production", "--pipeline", "")).to.deep.equal(["cbol"]);
    expect(await complete("list", "--status", "S")).to.deep.equal(["Succeeded"]);
  });
});
