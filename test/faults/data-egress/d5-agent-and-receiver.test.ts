import { caughtBy, crashSweep, loadMutant, withHooks } from "@slipway/testing";
import { expect } from "chai";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { connect } from "node:tls";
import type * as AgentModule from "../../../packages/data-egress/src/agent/agent";
import { digestField, VerifiedContent } from "../../../packages/data-egress/src/agent/digest";
import { NodeDisk } from "../../../packages/data-egress/src/agent/node-disk";
import type { Disk, Recipients } from "../../../packages/data-egress/src/agent/ports";
import { Volume } from "../../../packages/data-egress/src/agent/volume";
import { FolderInbox } from "../../../packages/data-egress/src/receiver/folder-inbox";
import { MemoryInbox } from "../../../packages/data-egress/src/receiver/inbox";
import type * as ReceiverModule from "../../../packages/data-egress/src/receiver/receiver";
import { startReceiver } from "../../../packages/data-egress/src/receiver/receiver";
import {
  AgentWorld,
  configurationOf,
  materialOf,
  MemoryRecipients,
  parties,
  sendTo,
  sha256Of,
  tornDisk,
} from "../../../packages/data-egress/test/support/agent-world";

const SOURCE = join(__dirname, "../../../packages/data-egress/src");
const CONTENT = "first,1\nsecond,2\n";
const NEXT = "third,3\n";

type Agent = typeof AgentModule.Agent;
type Act = (world: AgentWorld, ports: { disk: Disk; recipients: Recipients }) => Promise<void>;

/** Two recipients and a folder for one file, the first of which is down once. */
const fanOut = configurationOf({
  actions: [
    sendTo("ris"),
    sendTo("cre"),
    { name: "renameFile", properties: { rename_regex: "csv$", rename_replacement: "done" } },
    { name: "writeFile", properties: { destination: "/data-egress/kept" } },
  ],
});

/** The files that somebody could see in a folder and take. */
const visible = (root: string, folder: string): readonly string[] =>
  existsSync(join(root, folder)) ? readdirSync(join(root, folder)).filter((name) => !name.startsWith(".")) : [];

const plainAgent: Act = (world, ports) => world.work(world.agent({ ...ports, disk: tornDisk(ports.disk) }));

/** Kills the agent at each of its calls, and lets another one go on. */
async function agentSurvives(act: Act): Promise<number> {
  const worlds: AgentWorld[] = [];
  const calls = await crashSweep({
    world: () => {
      let down = true;
      const recipients = new MemoryRecipients(({ path }) => {
        const answer = down && path.startsWith("ris") ? { status: 503, body: "" } : undefined;
        if (answer !== undefined) down = false;
        return answer;
      });
      const world = new AgentWorld(recipients, fanOut);
      worlds.push(world);
      const order = world.volume.handOver("out", "a.csv", CONTENT);
      return { world, order, disk: world.disk, recipients };
    },
    ports: ["disk", "recipients"],
    act: ({ world, disk, recipients }) => act(world, { disk, recipients }),
    check: async ({ world, order, recipients }) => {
      const { root } = world.volume;
      for (const name of visible(root, "kept")) {
        expect(readFileSync(join(root, "kept", name), "utf8"), "what the folder shows").to.equal(CONTENT);
      }
      const wasOver = world.volume.receipt(order.id) !== undefined;
      const sentBefore = recipients.sent.length;
      // The name is free: the service may put the next file there before the killed agent is back.
      const next = visible(root, "out").includes("a.csv") ? undefined : world.volume.handOver("out", "a.csv", NEXT);

      await new Volume(world.disk).sweep();
      await act(world, { disk: world.disk, recipients });
      await act(world, { disk: world.disk, recipients });

      const again = recipients.sent.length - sentBefore - (next === undefined ? 0 : 2);
      expect(world.volume.receipt(order.id)?.status, "receipt").to.equal("delivered");
      expect(again, "sent again after its receipt").to.be.at.most(wasOver ? 0 : 4);
      if (next !== undefined) expect(world.volume.receipt(next.id)?.status, "next receipt").to.equal("delivered");
      const last = next === undefined ? CONTENT : NEXT;
      for (const host of ["ris", "cre"]) {
        expect(recipients.files.get(`${host}/DA/a.csv`)?.toString(), host).to.equal(last);
      }
      expect(world.volume.files(), "what is left").to.deep.equal(["kept/a.done"]);
      expect(readFileSync(join(root, "kept/a.done"), "utf8")).to.equal(last);
    },
  });
  for (const { volume } of worlds) volume.remove();
  return calls.length;
}

describe("D5 whole files only", () => {
  describe("an agent that is killed at any call", () => {
    it("D5 F8 shows whole files only, sends nothing that has a receipt, and leaves nothing", async () => {
      expect(await agentSurvives(plainAgent)).to.be.above(30);
    }).timeout(120_000);

    const mutantOf = (guard: string, replaced: Readonly<Record<string, unknown>>): Act => {
      const agentFile = require.resolve(join(SOURCE, "agent/agent"));
      const { Agent } = loadMutant<{ Agent: Agent }>(agentFile, require.resolve(join(SOURCE, guard)), replaced);
      return (world, ports) => world.work(world.agent({ ...ports, disk: tornDisk(ports.disk) }, Agent));
    };

    it("D5 mutant: writes in place", async () => {
      const inPlace = (disk: Disk, path: string, content: AsyncIterable<Uint8Array>) => disk.write(path, content);

      expect(
        await caughtBy(() =>
          agentSurvives(mutantOf("agent/whole-file", { writeWhole: inPlace, writeDurably: inPlace })),
        ),
      ).to.match(/what the folder shows/);
    }).timeout(120_000);

    it("D5 mutant: takes the file's name as proof that it is its own", async () => {
      const forgets: Act = (world, ports) => {
        const disk = tornDisk(ports.disk);
        const rename: Disk["rename"] = (from, to) =>
          to.includes("/done/") ? disk.remove(from) : disk.rename(from, to);
        return world.work(world.agent({ ...ports, disk: { ...disk, rename } }));
      };

      expect(await caughtBy(() => agentSurvives(forgets))).to.match(/next receipt/);
    }).timeout(120_000);

    it("D5 mutant: does not look for receipts", async () => {
      const blind: Act = (world, ports) => {
        const disk = tornDisk(ports.disk);
        const read: Disk["read"] = (path) =>
          path.includes("/receipts/") ? Promise.resolve(undefined) : disk.read(path);
        return world.work(world.agent({ ...ports, disk: { ...disk, read } }));
      };

      // Which of the checks fails first is the disk's to decide.
      expect(await caughtBy(() => agentSurvives(blind))).to.match(/receipt|what is left|\b(ris|cre)\b/);
    }).timeout(120_000);
  });

  describe("a volume that ends with its agent", () => {
    type Around = (recipients: Recipients) => Recipients;

    /** Kills the agent at each of its calls, and hands the file over again on a new volume. */
    async function comesOnce(around: Around = (recipients) => recipients): Promise<number> {
      const calls = await crashSweep({
        world: () => {
          const recipients = new MemoryRecipients();
          const world = new AgentWorld(recipients, fanOut);
          world.volume.handOver("out", "a.csv", CONTENT);
          return { world, disk: world.disk, recipients };
        },
        ports: ["disk", "recipients"],
        act: ({ world, disk, recipients }) => plainAgent(world, { disk, recipients }),
        check: async ({ world: { volume }, recipients }) => {
          volume.remove();
          const next = new AgentWorld(around(recipients), fanOut);
          const order = next.volume.handOver("out", "a.csv", CONTENT, { mayBeThere: true });
          await next.work();

          expect(next.volume.receipt(order.id)?.status, "receipt").to.equal("delivered");
          expect([...recipients.files.keys()]).to.have.members(["ris/DA/a.csv", "cre/DA/a.csv"]);
          expect(recipients.received, "contents that came").to.deep.equal(["a.csv", "a.csv"]);
          next.volume.remove();
        },
      });
      return calls.length;
    }

    it("D2 F8 costs no second sending: the recipients are asked what they have", async () => {
      expect(await comesOnce()).to.be.above(20);
    }).timeout(60_000);

    it("D2 mutant: sends without asking", async () => {
      const unasking: Around = (recipients) => ({
        send: (delivery, signal) => recipients.send({ ...delivery, mayBeThere: false }, signal),
      });

      expect(await caughtBy(() => comesOnce(unasking))).to.match(/contents that came/);
    }).timeout(60_000);
  });

  describe("a disk that is full", () => {
    const full = () => Object.assign(new Error("no space left on device, write"), { code: "ENOSPC" });

    /** Fails every write from the n-th on until somebody has waited for so long that another would have made room. */
    async function meets(from: number): Promise<number> {
      const world = new AgentWorld(new MemoryRecipients(), fanOut);
      const order = world.volume.handOver("out", "a.csv", CONTENT);
      let calls = 0;
      let isFull = true;
      const around = async (call: string, run: () => Promise<unknown>): Promise<unknown> => {
        if (call === "disk.write" && (calls += 1) >= from && isFull) throw full();
        return run();
      };
      const { sleep } = world.time;
      world.time.sleep = async (...waiting) => {
        isFull = false;
        await sleep.apply(world.time, waiting);
      };
      const { disk } = withHooks({ disk: world.disk }, ["disk"], around);
      await world.work(world.agent({ disk }));
      const { sent } = world.recipients as MemoryRecipients;
      const told = world.reporter.lines.join("\n");
      if (calls >= from) expect(told).to.include("the volume is full (ENOSPC)");
      expect(world.volume.receipt(order.id)?.status).to.equal("delivered");
      expect(sent, "sent").to.deep.equal(["a.csv", "a.csv"]);
      expect(world.volume.files()).to.deep.equal(["kept/a.done"]);
      world.volume.remove();
      return calls;
    }

    it("D5 is told, sends nothing twice, and leaves nothing half written", async () => {
      const writes = await meets(Number.POSITIVE_INFINITY);
      expect(writes).to.be.above(2);
      for (let from = 1; from <= writes; from += 1) await meets(from);
    }).timeout(60_000);
  });

  describe("a receiver", () => {
    type Start = typeof startReceiver;

    /** Sends so many bytes of a request and closes the connection. @returns what the receiver keeps. */
    async function keepsAfter(
      bytes: number,
      content: string,
      announced: string,
      start: Start,
    ): Promise<readonly string[]> {
      const inbox = new MemoryInbox();
      const { options } = materialOf(parties().client, parties().authority);
      const tls = materialOf(parties().server, parties().authority).options;
      const receiver = await start({ inbox, tls, port: 0, host: "127.0.0.1" });
      const head = [
        "POST /DA HTTP/1.1",
        "host: localhost",
        "x-slipway-file: a.csv",
        `content-digest: ${digestField(sha256Of(announced))}`,
        `content-length: ${content.length}`,
        "connection: close",
      ];
      const socket = connect({ ...options, ca: [...options.ca], host: "localhost", port: receiver.port });
      const closed = new Promise((resolve) => socket.on("close", resolve));
      socket.on("error", () => undefined).resume();
      const whole = `${head.join("\r\n")}\r\n\r\n${content}`;
      const cut = whole.length - content.length + bytes;
      socket.write(whole.slice(0, cut), () => {
        if (cut < whole.length) socket.destroySoon();
      });
      await closed;
      await receiver.stop();
      return [...inbox.files.keys()];
    }

    const wholeOnly = async (start: Start): Promise<void> => {
      for (let bytes = 0; bytes < CONTENT.length; bytes += 3) {
        expect(await keepsAfter(bytes, CONTENT, CONTENT, start), `after ${bytes} bytes`).to.deep.equal([]);
      }
      expect(await keepsAfter(CONTENT.length, CONTENT, `${CONTENT}!`, start), "other bytes").to.deep.equal([]);
      expect(await keepsAfter(CONTENT.length, CONTENT, CONTENT, start), "all of it").to.deep.equal(["DA/a.csv"]);
    };

    it("D5 F4 keeps a file only when it has all of it and it is what was announced", () => wholeOnly(startReceiver));

    it("D5 mutant: believes what is announced", async () => {
      const digest = require.resolve(join(SOURCE, "agent/digest"));
      const believing = class extends VerifiedContent {
        constructor() {
          super({});
        }
      };
      const entry = require.resolve(join(SOURCE, "receiver/receiver"));
      const mutant = loadMutant<typeof ReceiverModule>(entry, digest, { VerifiedContent: believing });

      expect(await caughtBy(() => wholeOnly(mutant.startReceiver))).to.match(/other bytes/);
    });

    /** Kills a receiver at each call of its disk. */
    async function folderSurvives(save: (disk: Disk) => Promise<void>): Promise<number> {
      const roots: string[] = [];
      const calls = await crashSweep({
        world: () => {
          const root = mkdtempSync(join(tmpdir(), "slipway-inbox-"));
          roots.push(root);
          return { root, disk: new NodeDisk(root) as Disk };
        },
        ports: ["disk"],
        act: ({ disk }) => save(tornDisk(disk)),
        check: async ({ root }) => {
          for (const name of visible(root, "DA")) {
            expect(readFileSync(join(root, "DA", name), "utf8"), "what the folder shows").to.equal(CONTENT);
          }
        },
      });
      for (const root of roots) rmSync(root, { recursive: true });
      return calls.length;
    }
    const content = () => Readable.from([Buffer.from(CONTENT)]);

    it("D5 F8 that is killed shows whole files only", async () => {
      expect(await folderSurvives((disk) => new FolderInbox(disk).save("DA/a.csv", content()))).to.equal(4);
    });

    it("D5 mutant: a receiver that writes in place", async () => {
      expect(await caughtBy(() => folderSurvives((disk) => disk.write("DA/a.csv", content())))).to.match(
        /what the folder shows/,
      );
    });
  });
});
