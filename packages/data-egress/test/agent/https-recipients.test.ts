import { expect } from "chai";
import { rejectionOf } from "@slipway/testing";
import { Readable } from "node:stream";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer as createHttpsServer, type Server as HttpsServer } from "node:https";
import { createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { digestField, VerifiedContent } from "../../src/agent/digest";
import { HttpsRecipients } from "../../src/agent/https-recipients";
import type { Delivery } from "../../src/agent/ports";
import { MemoryInbox } from "../../src/receiver/inbox";
import { startReceiver, type Mischief, type Receiver } from "../../src/receiver/receiver";
import { materialOf, parties, sha256Of } from "../support/agent-world";

describe("HttpsRecipients", () => {
  const inbox = new MemoryInbox();
  let receiver: Receiver;
  let mischief: (Mischief | undefined)[] = [];
  let recipients: HttpsRecipients;
  let material = materialOf(parties().client, parties().authority);

  beforeEach(async () => {
    inbox.files.clear();
    mischief = [];
    const { authority, server } = parties();
    const tls = materialOf(server, authority).options;
    receiver = await startReceiver({ inbox, tls, port: 0, host: "127.0.0.1", mischief: () => mischief.shift() });
    const settings = { connections: 2, connectionTimeout: 2000, timeout: 500 };
    recipients = new HttpsRecipients({ current: async () => material }, settings);
  });
  afterEach(async () => {
    recipients.close();
    await receiver.stop();
  });

  const deliveryOf = (name: string, content: Buffer | string, host = "localhost"): Delivery => ({
    url: `https://${host}:${receiver.port}/DA`,
    headers: { "content-digest": digestField(sha256Of(content)), "x-slipway-file": name },
    bytes: Buffer.byteLength(content),
    open: async () => Readable.from([Buffer.from(content)]),
  });
  const send = (name: string, content: Buffer | string = "1,2") =>
    recipients.send(deliveryOf(name, content), new AbortController().signal);

  it("sends a file and reads the answer", async () => {
    const answer = await send("a.csv");

    expect(answer).to.deep.include({ status: 200, received: sha256Of("1,2") });
    expect(JSON.parse(answer.body)).to.deep.equal({ sha256: sha256Of("1,2"), bytes: 3 });
    expect(inbox.files.get("DA/a.csv")?.toString()).to.equal("1,2");
  });

  it("makes no more handshakes than it has connections", async () => {
    await Promise.all(Array.from({ length: 20 }, (_, index) => send(`${index}`)));

    expect(inbox.files.size).to.equal(20);
    expect(receiver.handshakes).to.be.at.most(2);
  });

  it("names a slow recipient as slow", async () => {
    mischief = [{ kind: "slow", milliseconds: 5000 }];

    expect((await rejectionOf(send("a.csv"))).message).to.equal("no sign of life for 500 ms");
  });

  it("fails when the recipient goes away in the middle", async () => {
    mischief = [{ kind: "gone" }];

    await rejectionOf(send("a.csv", Buffer.alloc(4_000_000)));
    expect(inbox.files.size).to.equal(0);
  });

  it("does not take 200 for an answer when the connection then closes", async () => {
    mischief = [{ kind: "broken-answer" }];

    await rejectionOf(send("a.csv"));
    expect(inbox.files.size).to.equal(0);
  });

  it("tells 5xx, and is fine afterwards on the same connection", async () => {
    mischief = [{ kind: "fail", status: 503 }];

    expect((await send("a.csv")).status).to.equal(503);
    expect((await send("a.csv")).status).to.equal(200);
  });

  it("reads the answer of a recipient that refuses a large file before it has it", async () => {
    mischief = [{ kind: "fail", status: 413 }];

    expect((await send("a.csv", Buffer.alloc(64_000_000))).status).to.equal(413);
  });

  it("sends again by itself only when a kept connection was closed before it was used again", async () => {
    await send("a.csv");
    await closeIdle(receiver);

    expect((await send("b.csv")).status).to.equal(200);
  });

  it("breaks off a file whose content is not what was announced, so that the recipient keeps nothing", async () => {
    const delivery = deliveryOf("a.csv", "1,2");
    const other = {
      ...delivery,
      open: async () => Readable.from([Buffer.from("1,3")]).pipe(new VerifiedContent({ sha256: sha256Of("1,2") })),
    };

    await rejectionOf(recipients.send(other, new AbortController().signal));
    expect(inbox.files.size).to.equal(0);
  });

  it("makes new connections with a new certificate, without a restart, and lets the old ones end", async () => {
    const { authority } = parties();
    const next = authority.issue({ name: "agent-2", use: "client" });
    const slow = { kind: "slow", milliseconds: 200 } as const;
    mischief = [slow];
    const underWay = send("old.csv");
    await until(() => receiver.handshakes === 1);
    material = materialOf(next, authority);

    expect((await send("new.csv")).status).to.equal(200);
    expect((await underWay).status).to.equal(200);
    expect((await send("new-2.csv")).status).to.equal(200);
    expect(receiver.handshakes).to.equal(2);
    expect(receiver.clients).to.deep.equal(["agent", "agent-2"]);
    material = materialOf(parties().client, authority);
  });

  it("goes on when the recipient's certificate is replaced, and when its authority is", async () => {
    const { authority } = parties();
    receiver.useTls(materialOf(authority.issue({ name: "receiver-2", use: "server" }), authority).options);

    expect((await send("a.csv")).status).to.equal(200);
  });

  it("gives up a connection that is not made in time", async () => {
    const silent = await listenSilently();
    const settings = { connections: 1, connectionTimeout: 100, timeout: 5000 };
    const impatient = new HttpsRecipients({ current: async () => material }, settings);
    const url = `https://127.0.0.1:${(silent.server.address() as AddressInfo).port}/DA`;

    const { message } = await rejectionOf(
      impatient.send({ ...deliveryOf("a", "1"), url }, new AbortController().signal),
    );

    expect(message).to.equal("no connection within 100 ms");
    silent.close();
  });
});

describe("HttpsRecipients, when the recipient may have the file", () => {
  const CONTENT = "1,2";
  const { signal } = new AbortController();
  const material = materialOf(parties().client, parties().authority);
  const has = { "x-slipway-received-sha256": sha256Of(CONTENT) };
  let server: HttpsServer;
  let recipients: HttpsRecipients;
  /** Requests, with the bodies that came with them. */
  let came: { readonly asked: boolean; body: string }[];
  let handshakes: number;

  type Handler = (request: IncomingMessage, response: ServerResponse) => void;

  /** A recipient that answers the question in its way, and takes what comes. */
  async function start(onQuestion: Handler | undefined, questionTimeout?: number, timeout = 5000): Promise<void> {
    const { options } = materialOf(parties().server, parties().authority);
    came = [];
    handshakes = 0;
    const take = (onRequest: Handler) => (request: IncomingMessage, response: ServerResponse) => {
      const one = { asked: request.headers.expect !== undefined, body: "" };
      came.push(one);
      request.on("data", (chunk) => (one.body += String(chunk)));
      onRequest(request, response);
    };
    const keep: Handler = (request, response) =>
      request.on("end", () => response.writeHead(200, { "x-slipway-received-sha256": sha256Of(CONTENT) }).end());
    server = createHttpsServer({ ...options, ca: [...options.ca], requestCert: true }, take(keep));
    server.on("checkContinue", take(onQuestion ?? keep));
    server.on("secureConnection", () => (handshakes += 1));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const settings = { connections: 1, connectionTimeout: 2000, timeout, questionTimeout };
    recipients = new HttpsRecipients({ current: async () => material }, settings);
  }
  afterEach(async () => {
    recipients.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  let opened = 0;
  const send = (mayBeThere = true) =>
    recipients.send(
      {
        url: `https://localhost:${(server.address() as AddressInfo).port}/DA`,
        headers: { "content-digest": digestField(sha256Of(CONTENT)) },
        bytes: CONTENT.length,
        mayBeThere,
        open: async () => {
          opened += 1;
          return Readable.from([Buffer.from(CONTENT)]);
        },
      },
      signal,
    );
  beforeEach(() => {
    opened = 0;
  });

  it("does not open the file for one that has it, and can send the next", async () => {
    await start((_request, response) => response.writeHead(200, has).end());

    expect(await send()).to.deep.include({ status: 200, isEarly: true, received: sha256Of(CONTENT) });
    expect(opened).to.equal(0);
    expect((await send(false)).status).to.equal(200);
    expect(came).to.deep.equal([
      { asked: true, body: "" },
      { asked: false, body: CONTENT },
    ]);
  });

  it("sends it to one that wants it, over one connection that is kept", async () => {
    await start((request, response) => {
      response.writeContinue();
      request.on("end", () => response.writeHead(200, has).end());
    });

    for (let file = 0; file < 3; file += 1) {
      const answer = await send();
      expect(answer).to.deep.include({ status: 200, received: sha256Of(CONTENT) });
      expect(answer.isEarly).to.equal(undefined);
    }
    expect(came.map(({ body }) => body)).to.deep.equal([CONTENT, CONTENT, CONTENT]);
    expect(handshakes).to.equal(1);
  });

  it("sends it to one that says nothing, and does not wait for that one again", async () => {
    await start(undefined, 20);

    expect((await send()).status).to.equal(200);
    expect((await send()).status).to.equal(200);
    expect(came).to.deep.equal([
      { asked: true, body: CONTENT },
      { asked: false, body: CONTENT },
    ]);
  });

  it("does not take the silence for a failure where silence may only be short", async () => {
    await start(undefined, undefined, 200);

    expect((await send()).status).to.equal(200);
  });

  it("asks one again that was only slow to answer", async () => {
    await start((request, response) => {
      // It says that it wants the file when that is there already.
      request.once("data", () => response.writeContinue());
      request.on("end", () => response.writeHead(200, has).end());
    }, 20);

    await send();
    await send();
    expect(came.map(({ asked }) => asked)).to.deep.equal([true, true]);
  });

  it("tells of one that does not answer the question, and does not ask it again", async () => {
    await start((_request, response) => response.writeHead(417).end());

    expect((await send()).status).to.equal(417);
    expect((await send()).status).to.equal(200);
    expect(came.map(({ asked }) => asked)).to.deep.equal([true, false]);
  });

  it("tells a refusal before the file is opened", async () => {
    await start((_request, response) => response.writeHead(403).end());

    expect((await send()).status).to.equal(403);
    expect(opened).to.equal(0);
  });

  it("fails when the connection is closed in place of an answer", async () => {
    await start((request) => request.socket.destroy());

    await rejectionOf(send());
    expect(opened).to.equal(0);
  });
});

/** Looks again each time that others have run. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

async function closeIdle(receiver: Receiver): Promise<void> {
  receiver.closeIdle();
  await Promise.resolve();
}

/** Takes connections and says nothing. */
async function listenSilently(): Promise<{ readonly server: Server; close(): void }> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => sockets.push(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { server, close };
}
