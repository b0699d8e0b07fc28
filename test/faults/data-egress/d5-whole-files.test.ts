import { S3Client } from "@aws-sdk/client-s3";
import { caughtBy, rejectionOf } from "@slipway/testing";
import { expect } from "chai";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync, watch } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { orderPath, type DeliveryOrder } from "../../../packages/data-egress/src/agent-contract";
import { AgentVolume } from "../../../packages/data-egress/src/adapters/agent-volume";
import { S3Source } from "../../../packages/data-egress/src/adapters/s3-source";
import type { OrderDraft } from "../../../packages/data-egress/src/core/ports";

const ID = "0123456789abcdef0123456789abcdef";
const CHUNK = Buffer.alloc(64 * 1024, "x");
const CHUNKS = 32;

const draft = (more: Partial<OrderDraft> = {}): OrderDraft => ({
  id: ID,
  jobId: "job",
  correlationId: "c",
  folder: "warehouse",
  name: "big.csv",
  recipient: "Warehouse",
  keepOnFailure: true,
  orderedAt: "2024-12-31T00:00:00Z",
  ...more,
});

type Order = (volume: AgentVolume, root: string, body: AsyncIterable<Uint8Array>) => Promise<unknown>;

describe("D5 a recipient sees whole files only", () => {
  let root: string;
  let volume: AgentVolume;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "slipway-volume-"));
    volume = new AgentVolume(root);
  });
  afterEach(() => {
    volume.close();
    rmSync(root, { recursive: true });
  });

  const asItIs: Order = (to, _root, body) => to.order(draft(), body);

  /** Mutant: the file grows under its own name. */
  const inPlace: Order = async (_volume, to, body) => {
    for await (const chunk of body) await writeFile(join(to, "warehouse", "big.csv"), chunk, { flag: "a" });
  };

  async function looksAllTheTime(order: Order = asItIs): Promise<void> {
    await volume.order(draft({ name: "first.csv", id: ID.replace("0", "f") }), chunks(1));
    const sizes = new Set<number>();
    const look = async (): Promise<void> => {
      const found = await readFile(join(root, "warehouse", "big.csv")).catch(() => undefined);
      if (found !== undefined) sizes.add(found.length);
    };
    const watcher = watch(join(root, "warehouse"), () => void look());
    await order(volume, root, slowly(CHUNKS, look));
    await look();
    watcher.close();

    expect([...sizes], "sizes that were seen").to.deep.equal([CHUNKS * CHUNK.length]);
  }

  it("D5 the agent's folder never has a part of a file", () => looksAllTheTime());

  it("D5 mutant: a file that is written where the agent looks", async () => {
    expect(await caughtBy(() => looksAllTheTime(inPlace))).to.include("sizes that were seen");
  });

  it("D5 the order is there before its file, and tells size and digest of what lies there", async () => {
    await volume.order(draft(), chunks(3));

    const order = JSON.parse(await readFile(join(root, orderPath(ID)), "utf8")) as DeliveryOrder;
    const lies = await readFile(join(root, "warehouse", "big.csv"));
    expect(order).to.include({ bytes: lies.length, sha256: createHash("sha256").update(lies).digest("hex") });
  });

  it("D5 a source that breaks off half way leaves nothing, neither in the folder nor beside it", async () => {
    await rejectionOf(volume.order(draft(), breaksOff(3)));

    expect(files(root)).to.deep.equal([]);
  });

  it("D5 what a killed process left half written is gone when the next one starts", async () => {
    await volume.sweep();
    await writeFile(join(root, ".slipway", "partial", ID), "half of it");

    await new AgentVolume(root).sweep();

    expect(files(root)).to.deep.equal([]);
  });

  it("D5 F4 an answer of S3 that is cut short is no file", async () => {
    const server = await cutsShort();
    try {
      const { port } = server.address() as AddressInfo;
      const client = new S3Client({
        endpoint: `http://127.0.0.1:${port}`,
        region: "eu-west-2",
        forcePathStyle: true,
        credentials: { accessKeyId: "a", secretAccessKey: "b" },
        maxAttempts: 1,
      });
      const file = { key: "a.csv", size: 10, etag: "0".repeat(32), lastModified: "" };
      const { body } = await new S3Source(client).open("source", file);

      const error = await rejectionOf(volume.order(draft(), body));

      expect(error.message).to.match(/ended after|aborted|its bytes changed/);
      expect(files(root)).to.deep.equal([]);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});

const files = (root: string): string[] =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);

async function* chunks(count: number): AsyncGenerator<Uint8Array> {
  for (let n = 0; n < count; n += 1) yield CHUNK;
}

async function* slowly(count: number, look: () => Promise<void>): AsyncGenerator<Uint8Array> {
  for (let n = 0; n < count; n += 1) {
    yield CHUNK;
    await look();
  }
}

async function* breaksOff(count: number): AsyncGenerator<Uint8Array> {
  yield* chunks(count);
  throw new Error("the connection broke");
}

/** Answers with half of what its header says, and goes. */
async function cutsShort(): Promise<Server> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { "content-length": "10", etag: `"${"0".repeat(32)}"` });
    response.write("12345", () => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}
