import { caughtBy, createCallFaults, seededIt, withHooks } from "@slipway/testing";
import { expect } from "chai";
import { createHash } from "node:crypto";
import type { SourceStore } from "../../../packages/data-egress/src/core/ports";
import {
  createWorld,
  FOLDER,
  newestJob,
  numberedFiles,
  PORTS,
  putData,
  row,
  sftRow,
  SOURCE,
  TARGET,
  work,
  type World,
} from "../../../packages/data-egress/test/support/world";

const FILES = 1000;

type Guard = (world: World) => Partial<World>;
const asItIs: Guard = () => ({});

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

describe("D1 success says that every file of a fixed list was verified", () => {
  async function sendUnderFaults(seed: number, count: number, guard: Guard = asItIs): Promise<void> {
    const world = createWorld({ items: [row(), sftRow()], limits: { maxAttempts: 1000, concurrency: 8 } });
    const files = numberedFiles(count);
    putData(world, files);
    const faults = createCallFaults({ seed, rate: 0.02, faults: ["F1", "F2", "F5"] });
    const deps = withHooks({ ...world, ...guard(world) }, PORTS, faults.around);

    await work(deps, world);
    await faults.settled();

    const { status, jobId, planned } = await newestJob(world);
    expect({ status, files: planned?.files }, "the job").to.deep.equal({ status: "Succeeded", files: count });
    expect(world.queue.letters).to.deep.equal([]);
    const expected = Object.fromEntries(Object.entries(files).map(([name, text]) => [name, sha256(text)]));
    const got = Object.fromEntries(
      Object.entries(world.buckets.texts(TARGET)).map(([key, text]) => [key.split("/").at(-1), sha256(text)]),
    );
    expect(got, "checksums in the bucket").to.deep.equal(expected);
    const received = [...world.folders.received].map(([path, body]) => [
      path.split("/").at(-1),
      sha256(Buffer.from(body).toString()),
    ]);
    expect(Object.fromEntries(received), "checksums at the agent's recipient").to.deep.equal(expected);
    const receipts = await world.ledger.receipts(jobId);
    expect(receipts.length, "receipts").to.equal(2 * count);
    for (const receipt of receipts) {
      expect(receipt.sha256, receipt.target).to.equal(expected[receipt.source.split("/").at(-1) ?? ""]);
    }
    expect(Math.min(...Object.values(faults.injected)), "faults of each kind").to.be.above(count / 100);
  }

  seededIt(`D1 F1 F2 F5 ${FILES} files both ways under 2 % faults: as many checksums are equal`, (seed) =>
    sendUnderFaults(seed, FILES),
  ).timeout(120_000);

  /** Mutant: a file that is read with an error counts as sent all the same. */
  const swallowsErrors: Guard = ({ targets }) => ({
    targets: Object.assign(Object.create(targets) as typeof targets, {
      copy: async (...args: Parameters<typeof targets.copy>) => {
        const [, { key }] = args;
        if (!key.endsWith("7.csv")) return targets.copy(...args);
        return { sha256: sha256("nothing"), bytes: 0, answer: "" };
      },
    }),
  });

  seededIt("D1 mutant: a target that is believed without proof", async (seed) => {
    expect(await caughtBy(() => sendUnderFaults(seed, 300, swallowsErrors))).to.include("checksums in the bucket");
  });

  async function addLater(guard: (sources: SourceStore) => SourceStore = (sources) => sources): Promise<void> {
    const world = createWorld();
    putData(world, { "a.csv": "one", "b.csv": "two" });
    world.buckets.put(SOURCE, `${FOLDER}later.csv`, "not of this flag");
    world.buckets.put(SOURCE, `${FOLDER}b.csv`, "two, mended later");

    await work({ ...world, sources: guard(world.sources) }, world);

    expect(world.buckets.texts(TARGET), "what was sent").to.deep.equal({
      "cbol/2024-12-31/a.csv": "one",
      "cbol/2024-12-31/b.csv": "two",
    });
  }

  it("D1 a file that is added or changed after the flag is not in its job", () => addLater());

  it("D1 mutant: a list of what is there now", async () => {
    const now = (sources: SourceStore): SourceStore => ({
      describe: (bucket, file) => sources.describe(bucket, file),
      open: (bucket, file) => sources.open(bucket, file),
      list: (bucket, prefix) => sources.list(bucket, prefix, "2999-01-01T00:00:00Z"),
    });
    expect(await caughtBy(() => addLater(now))).to.include("what was sent");
  });

  async function failOneFile(guard: Guard = asItIs): Promise<void> {
    const world = createWorld({
      items: [sftRow({ control_file_prefix: "all.control" })],
      deliver: ({ name }) =>
        name === "b.csv" ? { status: "failed", reason: "422 from the recipient" } : { status: "delivered" },
      limits: { maxAttempts: 2 },
    });
    putData(world, { "a.csv": "one", "b.csv": "two", "c.csv": "three" });

    await work({ ...world, ...guard(world) }, world);

    expect(world.folders.delivered, "what was delivered").to.deep.equal(["warehouse/a.csv", "warehouse/c.csv"]);
    expect(await newestJob(world)).to.include({ status: "Failed", code: "not-delivered", attempts: 2 });
    expect(world.queue.letters.map(({ reason }) => reason)).to.deep.equal([
      "/data-egress/warehouse/b.csv: 422 from the recipient",
    ]);
  }

  it("D1 no success, no control file and no file twice when one file is refused", () => failOneFile());

  /** Mutant: a receipt is taken for a success, whatever it says. */
  const believesReceipts: Guard = ({ folders }) => ({
    folders: Object.assign(Object.create(folders) as typeof folders, {
      receipt: async (id: string) => {
        const receipt = await folders.receipt(id);
        return receipt && { ...receipt, status: "delivered" };
      },
    }),
  });

  it("D1 mutant: a control file though a file is missing", async () => {
    expect(await caughtBy(() => failOneFile(believesReceipts))).to.include("what was delivered");
  });
});
