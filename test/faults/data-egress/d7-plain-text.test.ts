import { caughtBy, crashSweep } from "@slipway/testing";
import { expect } from "chai";
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AgentVolume } from "../../../packages/data-egress/src/adapters/agent-volume";
import type { DataKeys } from "../../../packages/data-egress/src/core/ports";
import { playAgent } from "../../../packages/data-egress/test/support/play-agent";
import {
  createWorld,
  FOLDER,
  newestJob,
  PORTS,
  putFlag,
  row,
  SOURCE,
  sftRow,
  TARGET,
  work,
  type World,
} from "../../../packages/data-egress/test/support/world";

const PLAIN = "4929 1234 5678 9012, Ada Lovelace\n".repeat(3000);
const MASTER = Buffer.alloc(32, 7);

/** Keys that wrap data keys with AES-GCM, as KMS does: a wrong key is told, never taken. */
const keys = (master = MASTER): DataKeys => ({
  decrypt: async (ciphertext) => {
    const blob = Buffer.from(ciphertext);
    const decipher = createDecipheriv("aes-256-gcm", master, blob.subarray(0, 12));
    decipher.setAuthTag(blob.subarray(12, 28));
    return Buffer.concat([decipher.update(blob.subarray(28)), decipher.final()]);
  },
  create: () => Promise.reject(new Error("nobody asks for one")),
  recipientKey: () => Promise.reject(new Error("nobody asks for it")),
});

function wrap(dataKey: Buffer): string {
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", MASTER, iv);
  const sealed = Buffer.concat([cipher.update(dataKey), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString("base64");
}

/** Puts a file as HTME encrypts it. @returns its data key. */
function putEncrypted(world: World, name: string, text = PLAIN): Buffer {
  const [dataKey, iv] = [randomBytes(32), randomBytes(16)];
  const cipher = createCipheriv("aes-256-ctr", dataKey, iv);
  const body = Buffer.concat([cipher.update(text), cipher.final()]);
  const metadata = { iv: iv.toString("base64"), ciphertext: wrap(dataKey), datakeyencryptionkeyid: "master" };
  world.buckets.put(SOURCE, `${FOLDER}${name}`, body, { metadata: { ...metadata, data_product: "cards" } });
  return dataKey;
}

/** Puts a file as the S3 encryption client of EMR does: AES-GCM, with the tag at its end. */
function putByEmr(world: World, name: string, spoil = false): void {
  const [dataKey, iv] = [randomBytes(32), randomBytes(12)];
  const cipher = createCipheriv("aes-256-gcm", dataKey, iv);
  const body = Buffer.concat([cipher.update(PLAIN), cipher.final(), cipher.getAuthTag()]);
  if (spoil) body.writeUInt8(body.readUInt8(100) ^ 1, 100);
  const metadata = {
    "x-amz-key-v2": wrap(dataKey),
    "x-amz-iv": iv.toString("base64"),
    "x-amz-cek-alg": "AES/GCM/NoPadding",
    "x-amz-wrap-alg": "kms",
    "x-amz-matdesc": "{}",
  };
  world.buckets.put(SOURCE, `${FOLDER}${name}`, body, { metadata });
}

describe("D7 plain text of decrypted files never outlives the job", () => {
  const worldOf = (items: Record<string, unknown>[], dataKeys = keys()): World =>
    createWorld({ items, keys: dataKeys, limits: { maxAttempts: 2, concurrency: 1, lease: 30_000 } });

  const flagged = (world: World): World => {
    world.queue.push(putFlag(world));
    return world;
  };

  it("D7 decrypts what HTME and EMR encrypted, on the way and under the plain name", async () => {
    const world = worldOf([row({ decrypt: true })]);
    putEncrypted(world, "a.csv.enc");
    putByEmr(world, "b.csv.enc");
    flagged(world);

    await work(world, world);

    expect(world.buckets.texts(TARGET)).to.deep.equal({
      "cbol/2024-12-31/a.csv": PLAIN,
      "cbol/2024-12-31/b.csv": PLAIN,
    });
    expect(world.buckets.object(TARGET, "cbol/2024-12-31/a.csv")?.metadata).to.deep.equal({ data_product: "cards" });
  });

  it("D7 without decrypt a file goes as it is, with its metadata and under its own name", async () => {
    const world = worldOf([row()]);
    putEncrypted(world, "a.csv.enc");
    flagged(world);

    await work(world, world);

    const sent = world.buckets.object(TARGET, "cbol/2024-12-31/a.csv.enc");
    expect(sent?.etag).to.equal(world.buckets.object(SOURCE, `${FOLDER}a.csv.enc`)?.etag);
    expect(Object.keys(sent?.metadata ?? {})).to.include.members(["iv", "ciphertext", "datakeyencryptionkeyid"]);
  });

  async function failsClosed(prepare: (world: World) => void, dataKeys = keys()): Promise<World> {
    const world = worldOf([row({ decrypt: true })], dataKeys);
    prepare(world);
    flagged(world);

    await work(world, world);

    expect(world.buckets.writes, "what was sent").to.deep.equal([]);
    expect(world.queue.letters.map(({ code }) => code)).to.deep.equal(["decryption-failed"]);
    return world;
  }

  it("D7 a wrong key sends nothing", () =>
    failsClosed((world) => void putEncrypted(world, "a.csv.enc"), keys(Buffer.alloc(32, 8))));

  it("D7 a file that was changed after it was sealed sends nothing", () =>
    failsClosed((world) => putByEmr(world, "a.csv.enc", true)));

  it("D7 half of the metadata of an encrypted file sends nothing", () =>
    failsClosed((world) => {
      world.buckets.put(SOURCE, `${FOLDER}a.csv.enc`, "?", { metadata: { iv: "AAAA" } });
    }));

  it("D7 mutant: a key that is not checked sends nonsense", async () => {
    const unchecked: DataKeys = { ...keys(), decrypt: async () => Buffer.alloc(32, 9) };
    const outcome = caughtBy(() => failsClosed((world) => void putEncrypted(world, "a.csv.enc"), unchecked));
    expect(await outcome).to.include("what was sent");
  });

  it("D7 logs, events and letters hold neither content nor keys", async () => {
    const world = worldOf([row({ decrypt: true })]);
    const dataKey = putEncrypted(world, "a.csv.enc");
    putByEmr(world, "b.csv.enc", true);
    flagged(world);

    await work(world, world);

    const said = JSON.stringify([world.logged, world.events.published, world.queue.letters, await newestJob(world)]);
    for (const secret of ["Lovelace", dataKey.toString("base64"), dataKey.toString("hex"), MASTER.toString("base64")]) {
      expect(said).to.not.include(secret);
    }
  });

  describe("on the volume", () => {
    const roots: string[] = [];
    const newVolume = (): { root: string; volume: AgentVolume } => {
      const root = mkdtempSync(join(tmpdir(), "slipway-plain-"));
      roots.push(root);
      return { root, volume: new AgentVolume(root) };
    };
    afterEach(() => roots.splice(0).forEach((root) => rmSync(root, { recursive: true, force: true })));

    const plainFiles = (root: string): string[] =>
      readdirSync(root, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .filter(({ parentPath, name }) => readFileSync(join(parentPath, name)).includes("Lovelace"))
        .map(({ name }) => name);

    type Volume = World["folders"];
    const asFolders = (volume: AgentVolume): Volume => volume as unknown as Volume;

    /** Nobody takes what is ordered: the time is up, and the service takes it back. */
    async function timesOut(guard: (volume: AgentVolume) => AgentVolume = (volume) => volume): Promise<void> {
      const { root, volume } = newVolume();
      const world = { ...worldOf([sftRow({ decrypt: true })]), sleeper: NO_HEARTBEATS };
      putEncrypted(world, "a.csv.enc");
      flagged(world);
      // Looking for news is what takes time here.
      const impatient = Object.assign(Object.create(guard(volume)) as AgentVolume, {
        news: () => world.time.sleep(600_000),
      });
      await work({ ...world, folders: asFolders(impatient) }, world);
      volume.close();

      expect(await newestJob(world)).to.include({ status: "Failed", code: "not-delivered" });
      expect(plainFiles(root), "plain text that is left").to.deep.equal([]);
    }

    it("D7 what the agent did not take in time is taken back", () => timesOut());

    it("D7 mutant: an order that nobody takes back", async () => {
      const keep = (volume: AgentVolume): AgentVolume =>
        Object.assign(Object.create(volume) as AgentVolume, { withdraw: async () => undefined });
      expect(await caughtBy(() => timesOut(keep))).to.include("plain text that is left");
    });

    it("D7 F8 killed at any call: nothing half written is left once the next process has started", async () => {
      const calls = await crashSweep({
        world: () => {
          const { root, volume } = newVolume();
          const world = { ...worldOf([sftRow({ decrypt: true })]), sleeper: NO_HEARTBEATS };
          putEncrypted(world, "a.csv.enc");
          putEncrypted(world, "b.csv.enc");
          return { ...flagged(world), folders: asFolders(volume), root, volume };
        },
        ports: PORTS.filter((port) => port !== "queue"),
        act: async (mortal) => {
          // The agent's part is played here: whatever lies there is taken at once.
          await work({ ...mortal, folders: withAgent(mortal.folders, mortal.root) }, mortal);
        },
        check: async (world) => {
          world.queue.expire();
          const next = new AgentVolume(world.root);
          await next.sweep();
          await work({ ...world, folders: withAgent(asFolders(next), world.root) }, world);
          next.close();
          world.volume.close();

          expect((await newestJob(world)).status).to.equal("Succeeded");
          expect(plainFiles(world.root), "plain text that is left").to.deep.equal([]);
        },
      });
      expect(calls).to.include.members(["folders.order", "ledger.record"]);
    });
  });
});

/** Disks are real here, and time is not: without heartbeats it stands still while work goes on. */
const NO_HEARTBEATS = { sleep: untilAborted };

async function untilAborted(_milliseconds: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted === false) await new Promise((resolve) => signal.addEventListener("abort", resolve));
}

/** The same folders, with an agent that works whenever somebody waits for news. */
const withAgent = <T extends object>(folders: T, root: string): T =>
  Object.assign(Object.create(folders) as T, { news: () => playAgent(root) });
