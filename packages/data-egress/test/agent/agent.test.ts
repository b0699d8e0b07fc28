import { expect } from "chai";
import { VirtualTime } from "@slipway/testing";
import { Agent } from "../../src/agent/agent";
import { readConfiguration } from "../../src/agent/configuration";
import { HttpsRecipients } from "../../src/agent/https-recipients";
import { NodeDisk } from "../../src/agent/node-disk";
import { Volume } from "../../src/agent/volume";
import { MemoryInbox } from "../../src/receiver/inbox";
import { startReceiver, type Receiver } from "../../src/receiver/receiver";
import { materialOf, MemoryReporter, parties, sha256Of, TestVolume } from "../support/agent-world";

describe("Agent", () => {
  const volume = new TestVolume();
  const inbox = new MemoryInbox();
  let receiver: Receiver;

  before(async () => {
    const { authority, server } = parties();
    receiver = await startReceiver({ inbox, tls: materialOf(server, authority).options, port: 0, host: "127.0.0.1" });
  });
  after(async () => {
    await receiver.stop();
    volume.remove();
  });

  it("sends one file over mutual TLS and writes its receipt", async () => {
    const { authority, client } = parties();
    const tls = { current: async () => materialOf(client, authority) };
    const time = new VirtualTime();
    const disk = new NodeDisk(volume.root);
    const reporter = new MemoryReporter();
    const destination = `https://localhost:${receiver.port}/DA`;
    const configuration = readConfiguration(
      JSON.stringify({
        sender: {
          routes: [
            {
              name: "startupTest",
              source: "/data-egress/test/",
              actions: [
                { name: "renameFile", properties: { rename_regex: "(.+)", rename_replacement: "TEST_$1" } },
                { name: "httpRequest", properties: { destination } },
              ],
            },
          ],
        },
      }),
      "config",
    );
    const recipients = new HttpsRecipients(tls, { connections: 1, connectionTimeout: 5000, timeout: 5000 });
    const agent = new Agent(
      { disk, volume: new Volume(disk), recipients, reporter, clock: time.clock(), sleeper: time },
      configuration,
    );
    const order = volume.handOver("test", "report.csv", "1,2,3\n");

    await agent.look(new AbortController().signal);
    await agent.settled();
    recipients.close();

    expect(reporter.lines).to.deep.equal(["delivered report.csv"]);
    expect(inbox.files.get("DA/TEST_report.csv")?.toString()).to.equal("1,2,3\n");
    expect(volume.receipt(order.id)).to.deep.include({ status: "delivered", sha256: sha256Of("1,2,3\n"), bytes: 6 });
    expect(volume.files()).to.deep.equal([]);
  });
});
