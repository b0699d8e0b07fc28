import type { Stack } from "@pulumi/pulumi/automation";
import type { DataEgressArgs, DataEgressOutput } from "@slipway/data-egress";
import { FLAG_NAME } from "@slipway/data-egress/contract";
import { openEgress } from "@slipway/data-egress/library";
import { expect } from "chai";
import { gunzipSync } from "node:zlib";
import type { DynamoLedger } from "../../../packages/data-egress/src/adapters/dynamo-ledger";
import { removeStack } from "../aws-plugin/stack";
import { EgressStage, until } from "./stage";

describe("data egress to buckets", function () {
  this.timeout(300_000);
  const stage = new EgressStage();
  let stack: Stack;
  let connection: DataEgressOutput;
  let ledger: DynamoLedger;
  let target: string;
  const { source } = stage;

  const rows = (): DataEgressArgs["rows"] => [
    {
      sourcePrefix: "dataegress/cbol/$TODAYS_DATE/*",
      pipelineName: "cbol",
      transferType: "S3",
      destinationBucket: target,
      destinationPrefix: "cbol/$TODAYS_DATE/",
      recipientName: "CBOL",
      controlFileName: "cbol-$TODAYS_DATE.control",
      manifestFileName: "cbol.manifest.gz",
    },
    {
      sourcePrefix: "dataegress/ris/",
      pipelineName: "ris",
      transferType: "S3",
      destinationBucket: target,
      destinationPrefix: "ris/",
      recipientName: "RIS",
      compression: "gz",
      timestampFiles: true,
    },
  ];

  before(async () => {
    await stage.open();
    target = await stage.createBucket("target");
    const serviceImage = await stage.publish("egress-service");
    ({ stack, connection, ledger } = await stage.deploy({ serviceImage, rows: rows(), leaseSeconds: 10 }));
  });

  after(async () => {
    await removeStack(stack);
    await stage.close();
  });

  const ended = (folder: string) =>
    until(`the end of ${folder}`, async () => {
      const jobs = await ledger.list({ limit: 100 });
      return jobs.find(({ flag, status }) => flag.key.startsWith(folder) && status !== "Running");
    });

  it("sends what is in a flag's folder, once all of it is there a control file and a manifest, and keeps receipts", async () => {
    const folder = "dataegress/cbol/2024-12-30/";
    await stage.put(source, `${folder}a b+ä.csv`, "first");
    await stage.put(source, `${folder}part/b.csv`, "second");
    await stage.put(source, `${folder}${FLAG_NAME}`, "");

    const job = await ended(folder);

    expect(job).to.deep.include({ status: "Succeeded", attempts: 1 });
    expect(job.planned).to.deep.include({ files: 2, deliveries: 4, pipeline: "cbol" });
    const { "cbol/2024-12-30/cbol.manifest.gz": manifest = "", ...texts } = await stage.texts(target);
    expect(texts).to.deep.equal({
      "cbol/2024-12-30/a b+ä.csv": "first",
      "cbol/2024-12-30/b.csv": "second",
      "cbol/2024-12-30/cbol-20241230.control": Buffer.from("a b+ä.csv\nb.csv\n").toString("latin1"),
    });
    expect(gunzipSync(Buffer.from(manifest, "latin1")).toString()).to.match(
      /^cbol\/2024-12-30\/a b\+ä\.csv {2}5 20\d\d-.*Z\ncbol\/2024-12-30\/b\.csv {2}6 20\d\d-.*Z\n$/,
    );
    const receipts = await ledger.receipts(job.jobId);
    expect(receipts.map(({ kind, recipient }) => `${kind} ${recipient}`).sort()).to.deep.equal([
      "control CBOL",
      "file CBOL",
      "file CBOL",
      "manifest CBOL",
    ]);
    expect(receipts.find(({ source: key }) => key.endsWith("part/b.csv"))).to.deep.include({
      // sha256 of "second"
      sha256: "16367aacb67a4a017c8da8ab95682ccb390863780f7114dda0a0e0c55644c7c4",
      bytes: 6,
      target: `s3://${target}/cbol/2024-12-30/b.csv`,
    });
  });

  it("compresses on the way, and puts the flag's date into names", async () => {
    await stage.put(source, "dataegress/ris/data.csv", "a,b\n".repeat(100));
    await stage.put(source, `dataegress/ris/${FLAG_NAME}`, "");

    const job = await ended("dataegress/ris/");

    const date = job.flag.at.slice(0, 10).replaceAll("-", "");
    const { [`ris/data.${date}.csv.gz`]: sent = "" } = await stage.texts(target);
    expect(gunzipSync(Buffer.from(sent, "latin1")).toString()).to.equal("a,b\n".repeat(100));
  });

  it("D3 gives up a flag that no row is for, with the reason, and sends nothing", async () => {
    const sent = Object.keys(await stage.texts(target));
    await stage.put(source, "dataegress/other/data.csv", "secret");
    await stage.put(source, `dataegress/other/${FLAG_NAME}`, "");

    const { attributes } = await stage.letter(connection.deadLetterQueueUrl);

    expect(attributes["slipway_code"]).to.equal("no-row");
    expect(attributes["slipway_reason"]).to.include(`no row for s3://${source}/dataegress/other/${FLAG_NAME}`);
    expect(Object.keys(await stage.texts(target))).to.deep.equal(sent);
  });

  describe("its client", () => {
    const client = () => openEgress(connection, { requestedBy: "ada" });

    it("tells rows, jobs and what became of them", async () => {
      expect((await client().rows()).map(({ ok }) => ok)).to.deep.equal([true, true]);
      const [job] = await client().list({ pipeline: "cbol", date: "2024-12-30" });
      expect(await client().show(job?.jobId ?? "")).to.deep.include({ missing: 0 });
      expect(await client().list({ status: "Refused" })).to.have.length(1);

      const { pipelines, refused, badRows } = await client().status();
      expect(pipelines.map(({ pipeline, last }) => [pipeline, last?.status])).to.deep.equal([
        ["cbol", "Succeeded"],
        ["ris", "Succeeded"],
      ]);
      expect([refused.length, badRows.length]).to.deep.equal([1, 0]);
    });

    it("plans a flag that is not there yet, and sends nothing", async () => {
      const folder = "dataegress/cbol/2025-01-01/";
      await stage.put(source, `${folder}new.csv`, "1");

      const planned = await client().plan({ bucket: source, key: `${folder}${FLAG_NAME}` });

      expect(planned.kind === "plan" && planned.plan.ways[0]).to.deep.include({
        folder: "cbol/2025-01-01/",
        names: ["new.csv"],
        controlFile: "cbol-20250101.control",
      });
      expect(Object.keys(await stage.texts(target)).filter((key) => key.includes("2025"))).to.deep.equal([]);
    });

    it("has a day sent again as it was, under the name of who wants it", async () => {
      const folder = "dataegress/cbol/2024-12-30/";
      await stage.put(source, `${folder}later.csv`, "not of that flag");
      expect(await client().replay({ pipeline: "cbol", date: "2024-12-30", dryRun: true })).to.not.have.property(
        "jobId",
      );

      const { jobId = "" } = await client().replay({ pipeline: "cbol", date: "2024-12-30" });

      const job = await until("the replay", async () => {
        const found = await ledger.find(jobId);
        return found === undefined || found.status === "Running" ? undefined : found;
      });
      expect(job).to.include({ status: "Succeeded", requestedBy: "ada" });
      expect(job.planned?.files).to.equal(2);
    });

    it("explains dead letters and sends them back", async () => {
      // The test before has taken the letter: nobody sees it for a while.
      await stage.put(source, `dataegress/lost/${FLAG_NAME}`, "");
      await ended("dataegress/lost/");

      const { letters, redriven } = await until("the letter", async () => {
        const found = await client().redrive();
        return found.redriven === 0 ? undefined : found;
      });

      expect(redriven).to.equal(1);
      expect(letters[0]).to.deep.include({ flag: `s3://${source}/dataegress/lost/${FLAG_NAME}` });
      expect(letters[0]?.failure?.code).to.equal("no-row");
    });
  });

  it("changes nothing at a second deployment", async () => {
    await stack.preview({ expectNoChanges: true });
    await stack.refresh({ expectNoChanges: true });
    await stack.preview({ expectNoChanges: true });
  });
});
