import { s3Notification } from "@slipway/testing";
import { expect } from "chai";
import { gunzipSync, inflateSync } from "node:zlib";
import { AGENT_METRICS } from "../src/agent-contract";
import { FLAG_NAME } from "../src/contract";
import { parseMessage } from "../src/core/messages";
import { createWorld, newestJob, numberedFiles, putData, row, sftRow, SOURCE, TARGET, work } from "./support/world";

/** What the system that this one comes after got wrong. Each test is named after the defect that it keeps out. */
describe("the eleven defects of the original", () => {
  it("1 a listing of one page: 2,500 files go in one job", async () => {
    const world = createWorld();
    putData(world, numberedFiles(2500));

    await work(world, world);

    expect(Object.keys(world.buckets.texts(TARGET)).length).to.equal(2500);
    expect(await newestJob(world)).to.deep.include({ status: "Succeeded" });
    expect((await newestJob(world)).planned?.files).to.equal(2500);
  }).timeout(20_000);

  it("2 a flag that no row is for is deleted silently: it is a dead letter with the reason", async () => {
    const world = createWorld({ items: [] });
    putData(world, { "a.csv": "one" });

    await work(world, world);

    expect(world.queue.letters.map(({ code }) => code)).to.deep.equal(["no-row"]);
  });

  it("3 a control file or manifest that fails is passed over: the job does not succeed without it", async () => {
    const items = [sftRow({ control_file_prefix: "all.control", manifest_file_name: "all.manifest.gz" })];
    for (const refused of ["all.control", "all.manifest.gz"]) {
      const world = createWorld({
        items,
        deliver: ({ name }) => (name === refused ? { status: "failed", reason: "no" } : { status: "delivered" }),
        limits: { maxAttempts: 1 },
      });
      putData(world, { "a.csv": "one" });

      await work(world, world);

      expect(await newestJob(world), refused).to.include({ status: "Failed" });
      expect(world.queue.letters[0]?.reason).to.include(`${refused}: no`);
    }
  });

  it("4 keys of events are not URL-decoded: a flag in a folder with a space, a plus and an umlaut is found", () => {
    const key = `data/a b+c%20ü/${FLAG_NAME}`;
    const parsed = parseMessage(
      s3Notification({ bucket: SOURCE, key, size: 0, etag: "e", at: "2024-12-31T00:00:00Z" }),
    );
    expect(parsed.kind === "flags" && parsed.flags.map((flag) => flag.key)).to.deep.equal([key]);
  });

  it("5 a whole object in memory: no more than a few chunks are taken from a source ahead of its target", async () => {
    const world = createWorld({
      items: [row({ compress: true })],
      buckets: { chunk: 1024 },
      limits: { concurrency: 1 },
    });
    putData(world, { "a.csv": "x".repeat(4 * 1024 * 1024) });
    let [read, ahead] = [0, 0];
    const sources = Object.assign(Object.create(world.sources) as typeof world.sources, {
      open: async (...args: Parameters<typeof world.sources.open>) => {
        const opened = await world.sources.open(...args);
        return { ...opened, body: counted(opened.body, () => (read += 1)) };
      },
    });
    const targets = Object.assign(Object.create(world.targets) as typeof world.targets, {
      write: async (...[place, body, description, id]: Parameters<typeof world.targets.write>) => {
        const first = body[Symbol.asyncIterator]();
        const { value } = await first.next();
        await new Promise((resolve) => setTimeout(resolve, 20));
        // The target stands still: what was read by now is what is held.
        ahead = read;
        const rest = { [Symbol.asyncIterator]: () => first };
        return world.targets.write(place, chain(value as Uint8Array, rest), description, id);
      },
    });

    await work({ ...world, sources, targets }, world);

    expect(ahead, "chunks that were read while the target stood still").to.be.below(1024);
    expect(read).to.equal(4096);
    expect((await newestJob(world)).status).to.equal("Succeeded");
  });

  it("6 the year of the week: around 1 January names have the calendar's year", async () => {
    for (const date of ["2024-12-30", "2024-12-31", "2025-12-29", "2026-01-01", "2027-01-01", "2021-01-03"]) {
      const world = createWorld({
        items: [row({ timestamp_files: true, control_file_prefix: "c-$TODAYS_DATE.control" })],
      });
      const folder = `dataegress/cbol/${date}/`;
      putData(world, { "a.csv": "one", "b.json": "two", archive: "three" }, folder);

      await work(world, world);

      const compact = date.replaceAll("-", "");
      expect(Object.keys(world.buckets.texts(TARGET)).sort(), date).to.deep.equal(
        [`a.${compact}.csv`, `archive.${compact}`, `b.json.${compact}`, `c-${compact}.control`].map(
          (name) => `cbol/${date}/${name}`,
        ),
      );
    }
  });

  it("7 today is when it is processed: a flag that is handled after midnight, or next year, keeps its day", async () => {
    const world = createWorld({
      start: "2026-12-31T23:59:50Z",
      items: [
        row(),
        row({
          source_prefix: "dataegress/plain/",
          pipeline_name: "plain",
          destination_prefix: "$TODAYS_YYYYMMDD_FORMATTED_DATE/$TODAYS_YYYYMMDD_HHMMSS_FORMATTED_DATE/",
        }),
      ],
    });
    putData(world, { "a.csv": "one" }, "dataegress/cbol/2026-12-31/");
    putData(world, { "b.csv": "two" }, "dataegress/plain/");
    await world.time.sleep(3 * 24 * 3600 * 1000);

    await work(world, world);

    expect(Object.keys(world.buckets.texts(TARGET))).to.deep.equal([
      "20261231/20261231_235950/b.csv",
      "cbol/2026-12-31/a.csv",
    ]);
  });

  it("8 what z compresses is longer than it is: it is exactly one zlib stream, and gz one gzip stream", async () => {
    for (const [format, unpack] of [
      ["z", inflateSync],
      ["gz", gunzipSync],
    ] as const) {
      const world = createWorld({ items: [row({ compress: true, compress_fmt: format })] });
      putData(world, { "a.csv": "one,two\n".repeat(1000) });

      await work(world, world);

      const sent = world.buckets.object(TARGET, `cbol/2024-12-31/a.csv.${format}`)?.body ?? new Uint8Array();
      const { engine } = unpack(sent, { info: true }) as unknown as { engine: { bytesWritten: number } };
      expect(engine.bytesWritten, "bytes of the stream").to.equal(sent.length);
      expect(unpack(sent).toString()).to.equal("one,two\n".repeat(1000));
    }
  });

  it("9 a file counts as sent when it is on disk: nothing counts before the recipient has confirmed it", async () => {
    let confirmed = false;
    const world = createWorld({ items: [sftRow()], deliver: () => (confirmed ? { status: "delivered" } : undefined) });
    putData(world, { "a.csv": "one" });
    const working = work(world, world);
    while (world.folders.files.size === 0) await new Promise((resolve) => setImmediate(resolve));

    expect((await newestJob(world)).status).to.equal("Running");
    expect(world.counted["SentFiles"]).to.equal(undefined);

    confirmed = true;
    await working;
    expect((await newestJob(world)).status).to.equal("Succeeded");
    expect(world.counted["SentFiles"]).to.equal(1);
  });

  it("10 nobody hears of the agent's error folder: what it gives up is counted, and an alarm looks at that", async () => {
    const { createEgressAlarms } = await import("../src/egress-alarms.js");
    const { recordProgram } = await import("@slipway/testing");
    const pulumi = await import("@pulumi/pulumi");
    const { resources } = await recordProgram(async () => {
      const parent = new pulumi.ComponentResource("test:index:Parent", "parent");
      const wanted = {
        withAgent: true,
        withCertificate: true,
        withDataKeyServiceCertificate: false,
        withDeadlines: true,
      };
      createEgressAlarms("e", { egressName: "e", ...wanted, actions: [] }, parent);
    });
    const watched = resources.flatMap(({ inputs }) => (inputs["metricName"] as string | undefined) ?? []);
    expect(watched).to.include.members([AGENT_METRICS.failed, AGENT_METRICS.certificateDays]);
  });

  // 11, a host name that is not checked: test/faults/data-egress/d4-mutual-tls.test.ts
});

async function* counted(body: AsyncIterable<Uint8Array>, count: () => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    count();
    yield chunk;
  }
}

async function* chain(first: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  yield* rest;
}
