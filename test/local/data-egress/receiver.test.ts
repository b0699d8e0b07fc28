import type { Stack } from "@pulumi/pulumi/automation";
import { StubReceiver } from "@slipway/data-egress";
import { createAuthority } from "@slipway/local/certificates";
import { expect } from "chai";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { digestField } from "../../../packages/data-egress/src/agent/digest";
import { HttpsRecipients } from "../../../packages/data-egress/src/agent/https-recipients";
import { materialOf, sha256Of } from "../../../packages/data-egress/test/support/agent-world";
import { inlineStack, removeStack, deployed } from "../aws-plugin/stack";
import { EgressStage, until } from "./stage";

const CONTENT = "1,2\n";

describe("stub receiver", function () {
  this.timeout(300_000);
  const stage = new EgressStage();
  const authority = createAuthority("development");
  let stack: Stack;
  let bucket: string;
  let port: number;

  before(async () => {
    await stage.open();
    port = await freePort();
    const server = authority.issue({ name: "localhost", use: "server" });
    const secrets = {
      certificateSecret: await stage.secret("certificate", server.certificate),
      privateKeySecret: await stage.secret("key", server.privateKey),
      trustSecret: await stage.secret("trust", authority.certificate),
    };
    const image = await stage.publish("stub-receiver");
    stack = await inlineStack(stage.name, async () => {
      const receiver = new StubReceiver("recipient", {
        clusterArn: stage.name,
        subnetIds: ["subnet-1"],
        securityGroupIds: ["sg-1"],
        image,
        ...secrets,
        clients: ["agent"],
        port,
        listenAddress: "127.0.0.1",
      });
      return { bucketName: receiver.bucketName };
    });
    bucket = (await deployed(stack))["bucketName"]?.value as string;
  });
  after(async () => {
    await removeStack(stack);
    await stage.close();
  });

  /** Sends one file as a client of this name. */
  async function send(client: string, announced: string = CONTENT, mayBeThere = false) {
    const material = materialOf(authority.issue({ name: client, use: "client" }), authority);
    const settings = { connections: 1, connectionTimeout: 5000, timeout: 10_000 };
    const recipients = new HttpsRecipients({ current: async () => material }, settings);
    const delivery = {
      url: `https://localhost:${port}/DA`,
      headers: { "content-digest": digestField(sha256Of(announced)), "x-slipway-file": `${client}.csv` },
      bytes: CONTENT.length,
      mayBeThere,
      open: async () => Readable.from([Buffer.from(CONTENT)]),
    };
    try {
      const { status, isEarly } = await recipients.send(delivery, new AbortController().signal);
      return isEarly === true ? `${status} before it came` : status;
    } finally {
      recipients.close();
    }
  }

  it("keeps in its bucket what a client that it knows sends, and nothing else", async () => {
    await until("the receiver", () => send("agent").catch(() => undefined));

    expect(await send("agent")).to.equal(200);
    expect(await send("somebody")).to.equal(403);
    expect(await send("agent", "other")).to.equal(422);
    expect(await send("agent", CONTENT, true)).to.equal("200 before it came");
    expect(await send("agent", "other", true)).to.equal(422);
    expect(await stage.texts(bucket)).to.deep.equal({ "received/DA/agent.csv": CONTENT });
  });

  it("changes nothing when it is deployed again", async () => {
    const { changeSummary } = await stack.preview();
    expect(Object.keys(changeSummary)).to.deep.equal(["same"]);
  });
});

/** A port that nobody listens on now. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
