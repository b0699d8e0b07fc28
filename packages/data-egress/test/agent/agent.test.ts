import { expect } from "chai";
import { letOthersRun, withHooks } from "@slipway/testing";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { orderPath, type DeliveryOrder } from "../../src/agent-contract";
import { SMALL_FILE } from "../../src/agent/buffers";
import type { RecipientAnswer, Recipients } from "../../src/agent/ports";
import { AgentWorld, configurationOf, MemoryRecipients, sendTo, sha256Of } from "../support/agent-world";

const HOURS = 3_600_000;

describe("Agent", () => {
  const worlds: AgentWorld[] = [];
  const worldOf = (...args: ConstructorParameters<typeof AgentWorld>): AgentWorld => {
    const world = new AgentWorld(...args);
    worlds.push(world);
    return world;
  };
  afterEach(() => {
    for (const { volume } of worlds.splice(0)) volume.remove();
  });

  const down = (host: string) =>
    new MemoryRecipients(({ path }) => (path.startsWith(host) ? { status: 503, body: "no" } : undefined));

  it("sends what an order names, writes the receipt and leaves nothing else", async () => {
    const recipients = new MemoryRecipients();
    const world = worldOf(recipients);
    const order = world.volume.handOver("out", "a.csv", "1,2");

    await world.work();

    expect(recipients.files.get("team/DA/a.csv")?.toString()).to.equal("1,2");
    expect(world.volume.files()).to.deep.equal([]);
    expect(world.volume.receipt(order.id)).to.deep.include({
      jobId: "job-1",
      route: "out",
      sha256: sha256Of("1,2"),
      bytes: 3,
      status: "delivered",
    });
    expect(world.volume.receipt(order.id)?.destinations).to.have.length(1);
    expect(world.volume.receipt(order.id)?.destinations[0]).to.deep.include({
      destination: "https://team/DA",
      sentAs: "a.csv",
      status: "delivered",
      httpStatus: 200,
      receivedSha256: sha256Of("1,2"),
      attempts: 1,
    });
  });

  it("sends an empty file", async () => {
    const recipients = new MemoryRecipients();
    const world = worldOf(recipients);
    world.volume.handOver("out", "empty", "");

    await world.work();

    expect(recipients.files.get("team/DA/empty")?.length).to.equal(0);
  });

  it("leaves an order alone whose file is not there yet", async () => {
    const world = worldOf();
    const { id } = world.volume.handOver("out", "a.csv", "1");
    rmSync(join(world.volume.root, "out/a.csv"));

    await world.work();

    expect(world.volume.files()).to.deep.equal([orderPath(id)]);
    expect(world.volume.receipt(id)).to.equal(undefined);
  });

  it("sends again with growing pauses, then moves the file to the error folder and says so", async () => {
    const world = worldOf(down("team"));
    const order = world.volume.handOver("out", "a.csv", "1");

    await world.work();

    expect(world.reporter.lines).to.deep.equal([
      "retrying a.csv in 600000: the recipient answered 503",
      "retrying a.csv in 1200000: the recipient answered 503",
      "retrying a.csv in 2400000: the recipient answered 503",
      "failed a.csv: https://team/DA: the recipient answered 503",
    ]);
    expect(world.time.elapsed()).to.be.within(1.1 * HOURS, 1.2 * HOURS);
    expect(world.volume.files()).to.deep.equal(["error/out/a.csv"]);
    expect(world.volume.receipt(order.id)).to.deep.include({
      status: "failed",
      reason: "https://team/DA: the recipient answered 503",
    });
    expect(world.volume.receipt(order.id)?.destinations[0]).to.deep.include({
      attempts: 4,
      httpStatus: 503,
      answer: "no",
    });
  });

  it("keeps two failed files of one name", async () => {
    const world = worldOf(down("team"));
    world.volume.handOver("out", "a.csv", "1");
    await world.work();
    const { id } = world.volume.handOver("out", "a.csv", "2");

    await world.work();

    expect(world.volume.files()).to.deep.equal([`error/out/${id}.a.csv`, "error/out/a.csv"].sort());
  });

  it("deletes a failed file that must not be kept", async () => {
    const world = worldOf(down("team"));
    world.volume.handOver("out", "a.csv", "decrypted", { keepOnFailure: false });

    await world.work();

    expect(world.volume.files()).to.deep.equal([]);
  });

  it("brings a file to each of several destinations, whatever the others say", async () => {
    const recipients = down("cre");
    const actions = [
      sendTo("ris"),
      sendTo("cre"),
      { name: "renameFile", properties: { rename_regex: "(.+)\\.csv", rename_replacement: "$1.done" } },
      { name: "writeFile", properties: { destination: "/data-egress/kept" } },
    ];
    const world = worldOf(recipients, configurationOf({ actions }));
    const order = world.volume.handOver("out", "a.csv", "1");

    await world.work();

    expect([...recipients.files.keys()]).to.deep.equal(["ris/DA/a.csv"]);
    expect(recipients.sent.length).to.equal(1 + 4);
    expect(readFileSync(join(world.volume.root, "kept/a.done"), "utf8")).to.equal("1");
    expect(
      world.volume
        .receipt(order.id)
        ?.destinations.map(({ destination, sentAs, status }) => [destination, sentAs, status]),
    ).to.deep.equal([
      ["https://ris/DA", "a.csv", "delivered"],
      ["https://cre/DA", "a.csv", "failed"],
      ["kept", "a.done", "delivered"],
    ]);
    expect(world.volume.receipt(order.id)?.status).to.equal("failed");
  });

  it("keeps what was sent where the route says so", async () => {
    const world = worldOf(undefined, configurationOf({ deleteOnSend: false }));
    world.volume.handOver("out", "a.csv", "1");

    await world.work();

    expect(world.volume.files()).to.deep.equal(["out/.sent/a.csv"]);
  });

  it("fails an order that no route takes", async () => {
    const world = worldOf(undefined, configurationOf({ filenameRegex: "[a-z]+\\.csv" }));
    const order = world.volume.handOver("out", "1.csv", "1");

    await world.work();

    expect(world.volume.receipt(order.id)?.reason).to.equal("no route takes a file of this folder and name");
    expect(world.volume.files()).to.deep.equal([]);
  });

  it("tells of an order that it cannot read and goes on with the others", async () => {
    const world = worldOf();
    world.volume.put(orderPath("0".repeat(32)), "{");
    const order = world.volume.handOver("out", "a.csv", "1");

    await world.work();

    expect(world.volume.receipt(order.id)?.status).to.equal("delivered");
    expect(world.reporter.lines[0]).to.match(/^could not read an order: /);
  });

  it("does not send a file that has changed since it was ordered", async () => {
    const recipients = new MemoryRecipients();
    const world = worldOf(recipients);
    const order = world.volume.handOver("out", "a.csv", "1,2");
    world.volume.put("out/a.csv", "1,3");

    await world.work();

    expect(recipients.files.size).to.equal(0);
    expect(world.volume.receipt(order.id)?.reason).to.match(/SHA-256 is .* was announced$/);
    expect(recipients.sent).to.have.length(1);
  });

  it("does not send a file that has grown since it was ordered", async () => {
    const recipients = new MemoryRecipients();
    const world = worldOf(recipients);
    const order = world.volume.handOver("out", "a.csv", "1,2");
    world.volume.put("out/a.csv", "1,2,3");

    await world.work();

    expect(recipients.received).to.deep.equal([]);
    expect(world.volume.receipt(order.id)?.reason).to.equal(
      "https://team/DA: more than the 3 bytes that were announced",
    );
  });

  it("sends each of many files of all sizes as it is, though the memory is the same for all of them", async () => {
    const recipients = new MemoryRecipients();
    const world = worldOf(recipients, configurationOf({ maxThreadPoolSize: 4 }));
    const sizes = Array.from({ length: 40 }, (_, index) => (index * 97_003) % (SMALL_FILE + 2));
    const contents = [...sizes, SMALL_FILE, SMALL_FILE + 1].map((size, index) => Buffer.alloc(size, `${index} `));
    contents.forEach((content, index) => world.volume.handOver("out", `${index}`, content));

    await world.work();

    contents.forEach((content, index) => {
      expect(recipients.files.get(`team/DA/${index}`)?.equals(content), `file ${index}`).to.equal(true);
    });
    expect(world.volume.files()).to.deep.equal([]);
  });

  const answers: Readonly<Record<string, [string, boolean, string | undefined]>> = {
    "that names another digest": [JSON.stringify({ sha256: "0".repeat(64) }), false, "the recipient has SHA-256 000"],
    "that names no digest": ["thanks", false, undefined],
    "that names no digest where it must": ["thanks", true, "did not say what it has received"],
    "that is no JSON where it must": ["{", true, "did not say what it has received"],
  };
  for (const [what, [body, mustConfirm, reason]] of Object.entries(answers)) {
    it(`takes an answer ${what} as a ${reason === undefined ? "delivery" : "failure"}`, async () => {
      const recipients = new MemoryRecipients(() => ({ status: 200, body }));
      const world = worldOf(recipients, configurationOf({ actions: [sendTo("team", mustConfirm)] }));
      const order = world.volume.handOver("out", "a.csv", "1");

      await world.work();

      const receipt = world.volume.receipt(order.id);
      if (reason === undefined) expect(receipt).to.deep.include({ status: "delivered" });
      else expect(receipt?.reason).to.include(reason);
    });
  }

  describe("asks whether the recipient has the file", () => {
    const work = async (changes: Partial<DeliveryOrder>, recipients: MemoryRecipients, mustConfirm = false) => {
      const world = worldOf(recipients, configurationOf({ actions: [sendTo("team", mustConfirm)] }));
      const order = world.volume.handOver("out", "a.csv", "1,2", changes);
      await world.work();
      return world.volume.receipt(order.id);
    };

    it("never at the first try of an order that is new", async () => {
      const recipients = new MemoryRecipients();
      await work({}, recipients);

      expect(recipients.asked).to.deep.equal([]);
    });

    it("where the order says that it may be there, and does not send it again then", async () => {
      const recipients = new MemoryRecipients();
      await work({}, recipients);
      const receipt = await work({ mayBeThere: true }, recipients);

      expect([recipients.asked, recipients.sent]).to.deep.equal([["a.csv"], ["a.csv"]]);
      expect(receipt).to.deep.include({ status: "delivered", sha256: sha256Of("1,2"), bytes: 3 });
      expect(receipt?.destinations[0]).to.deep.include({ httpStatus: 200, receivedSha256: sha256Of("1,2") });
    });

    it("and sends it where the recipient has something else", async () => {
      const recipients = new MemoryRecipients();
      recipients.files.set("team/DA/a.csv", Buffer.from("1,3"));

      expect((await work({ mayBeThere: true }, recipients))?.status).to.equal("delivered");
      expect(recipients.files.get("team/DA/a.csv")?.toString()).to.equal("1,2");
    });

    it("at each try after the first: an answer that got lost costs no second sending", async () => {
      const recipients = new MemoryRecipients();
      const { send } = recipients;
      recipients.send = async (delivery) => {
        recipients.send = send;
        await send.call(recipients, delivery);
        throw new Error("the connection was closed without an answer");
      };
      const receipt = await work({}, recipients);

      expect([recipients.asked, recipients.sent]).to.deep.equal([["a.csv"], ["a.csv"]]);
      expect(receipt).to.deep.include({ status: "delivered" });
      expect(receipt?.destinations[0]).to.deep.include({ attempts: 2 });
    });

    const unproven: Readonly<Record<string, RecipientAnswer>> = {
      "says 200 and no digest": { status: 200, isEarly: true, body: "thanks" },
      "says 204": { status: 204, isEarly: true, body: "" },
      "has another digest": { status: 200, isEarly: true, body: "", received: sha256Of("1,3") },
      "does not know the question": { status: 417, isEarly: true, body: "" },
      "does not know the question, and says so late": { status: 417, body: "" },
    };
    for (const [what, early] of Object.entries(unproven)) {
      it(`and sends it in the same try to one that ${what} before the file came`, async () => {
        const recipients = new MemoryRecipients();
        const { send } = recipients;
        recipients.send = async (delivery) => (delivery.mayBeThere === true ? early : send.call(recipients, delivery));
        const receipt = await work({ mayBeThere: true }, recipients);

        expect(recipients.sent).to.deep.equal(["a.csv"]);
        expect(receipt?.destinations[0]).to.deep.include({ status: "delivered", attempts: 1 });
      });
    }

    it("and takes a refusal for a failed try like any other", async () => {
      const recipients = new MemoryRecipients();
      const { send } = recipients;
      const refusals = [503, 403];
      recipients.send = async (delivery) => {
        const status = refusals.shift();
        return status === undefined ? send.call(recipients, delivery) : { status, isEarly: true, body: "" };
      };
      const receipt = await work({ mayBeThere: true }, recipients);

      expect(receipt?.destinations[0]).to.deep.include({ status: "delivered", attempts: 3 });
    });

    it("of all that a killed agent may have sent, and of nothing that comes later", async () => {
      const recipients = new MemoryRecipients();
      const world = worldOf(recipients);
      world.volume.handOver("out", "a.csv", "1");
      const agent = world.agent();
      await agent.start();
      world.volume.handOver("out", "b.csv", "2");
      await world.work(agent);

      expect(recipients.asked).to.deep.equal(["a.csv"]);
    });
  });

  it("takes no other file of the same name for its own when it puts a file away a second time", async () => {
    const world = worldOf();
    const order = world.volume.handOver("out", "a.csv", "1");
    let next: DeliveryOrder | undefined;
    const { disk } = withHooks({ disk: world.disk }, ["disk"], async (_call, run, [path]) => {
      if (path !== orderPath(order.id) || next !== undefined || world.volume.receipt(order.id) === undefined)
        return run();
      next = world.volume.handOver("out", "a.csv", "2");
      throw new Error("input/output error");
    });

    await world.work(world.agent({ disk }));
    expect(world.volume.files()).to.include("out/a.csv");
    await world.work(world.agent({ disk }));

    expect(world.volume.receipt(next?.id ?? "")?.sha256).to.equal(sha256Of("2"));
    expect(world.volume.files()).to.deep.equal([]);
  });

  it("does not send what is withdrawn while it waits", async () => {
    const world = worldOf(down("team"));
    const order = world.volume.handOver("out", "a.csv", "1");
    const agent = world.agent();
    const { signal } = new AbortController();
    world.time.sleep = async (_milliseconds, stop) => {
      rmSync(join(world.volume.root, orderPath(order.id)));
      rmSync(join(world.volume.root, "out/a.csv"));
      await agent.look({ stop: signal, breakOff: signal });
      expect(stop?.aborted).to.equal(true);
    };

    await world.work(agent, signal);

    expect(world.volume.files()).to.deep.equal([]);
    expect(world.volume.receipt(order.id)).to.equal(undefined);
    expect(world.reporter.lines).to.have.length(1);
  });

  it("stops at once and leaves what is under way for the next agent", async () => {
    const stopping = new AbortController();
    const stuck: Recipients = {
      send: (_delivery, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => reject(new Error("broken off")));
          stopping.abort();
        }),
    };
    const world = worldOf(stuck);
    const order = world.volume.handOver("out", "a.csv", "1");

    await world.work(world.agent(), stopping.signal);
    expect(world.volume.receipt(order.id)).to.equal(undefined);
    await world.work(world.agent({ recipients: new MemoryRecipients() }));

    expect(world.volume.receipt(order.id)?.status).to.equal("delivered");
  });

  it("sends as many files at the same time as its route says", async () => {
    let most = 0;
    let now = 0;
    const recipients = new MemoryRecipients();
    const counting: Recipients = {
      send: async (delivery) => {
        most = Math.max(most, (now += 1));
        await letOthersRun(20);
        const answer = await recipients.send(delivery);
        now -= 1;
        return answer;
      },
    };
    const world = worldOf(counting, configurationOf({ threadPoolSize: 2, maxThreadPoolSize: 3 }));
    for (let index = 0; index < 12; index += 1) world.volume.handOver("out", `${index}`, `${index}`);

    await world.work();

    expect(recipients.files.size).to.equal(12);
    expect(most).to.equal(3);
  });

  describe("without orders", () => {
    const readLock = { checkInterval: 1000, minAge: 0 };

    it("sends a file once it has not changed for a while", async () => {
      const recipients = new MemoryRecipients();
      const world = worldOf(recipients, configurationOf({}, { readLock }));
      const agent = world.agent();
      world.volume.put("out/a.csv", "1");
      world.volume.put("out/.hidden", "1");

      await world.work(agent);
      await world.time.sleep(1000);
      world.volume.put("out/a.csv", "1,2");
      await world.work(agent);
      expect(recipients.files.size).to.equal(0);
      await world.time.sleep(1000);
      await world.work(agent);

      expect(recipients.files.get("team/DA/a.csv")?.toString()).to.equal("1,2");
      expect(world.volume.files()).to.deep.equal(["out/.hidden"]);
      expect(existsSync(join(world.volume.root, ".slipway/receipts"))).to.equal(false);
    });

    it("keeps one that it gives up, even without an error folder", async () => {
      const world = worldOf(down("team"), configurationOf({ errorFolder: undefined }, { readLock }));
      const agent = world.agent();
      world.volume.put("out/a.csv", "1");

      await world.work(agent);
      await world.time.sleep(1000);
      await world.work(agent);

      expect(world.volume.files()).to.deep.equal(["out/.error/a.csv"]);
    });

    it("leaves them alone where the configuration has no read lock", async () => {
      const world = worldOf();
      const agent = world.agent();
      world.volume.put("out/a.csv", "1");

      await world.work(agent);
      await world.time.sleep(24 * HOURS);
      await world.work(agent);

      expect(world.volume.files()).to.deep.equal(["out/a.csv"]);
    });
  });
});
