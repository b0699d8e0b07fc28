import { expect } from "chai";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { startProxy, type Fault, type Proxy } from "../src/proxy";

describe("the fault proxy", () => {
  let server: Server;
  let handled: string[];
  let proxy: Proxy;
  let fault: Fault | undefined;

  beforeEach(async () => {
    handled = [];
    fault = undefined;
    server = createServer((incoming, outgoing) => {
      handled.push(`${incoming.method} ${incoming.url} ${incoming.headers.host}`);
      outgoing.setHeader("content-length", "5");
      outgoing.end(incoming.method === "HEAD" ? undefined : "hello");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const target = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    proxy = await startProxy({ target, faults: () => fault });
  });

  afterEach(async () => {
    await proxy.close();
    server.closeAllConnections();
    server.close();
  });

  it("passes requests on with the host that the client signed, and counts them", async () => {
    const answer = await fetch(`${proxy.url}/a?b=1`, { method: "POST", body: "abc" });

    expect(await answer.text()).to.equal("hello");
    expect(handled).to.deep.equal([`POST /a?b=1 ${new URL(proxy.url).host}`]);
    expect(proxy.counts()).to.deep.equal({ requests: 1, bytesSent: 3, bytesReceived: 5 });
  });

  it("keeps the length that a HEAD answer tells", async () => {
    const answer = await fetch(proxy.url, { method: "HEAD" });

    expect(answer.headers.get("content-length")).to.equal("5");
  });

  it("fails before the target sees anything", async () => {
    fault = { kind: "fail", status: 503, body: "{}" };

    expect((await fetch(proxy.url)).status).to.equal(503);
    expect(handled).to.deep.equal([]);
  });

  it("loses the answer of a request that was carried out", async () => {
    fault = { kind: "lose-answer" };

    expect(await fetch(proxy.url).catch(() => "lost")).to.equal("lost");
    expect(handled).to.have.length(1);
  });

  it("gives another answer than the true one", async () => {
    fault = { kind: "answer", status: 200, body: "<Error/>" };

    expect(await (await fetch(proxy.url)).text()).to.equal("<Error/>");
    expect(handled).to.have.length(1);
  });

  it("cuts an answer short", async () => {
    fault = { kind: "truncate", bytes: 2 };

    const answer = await fetch(proxy.url);

    expect(await answer.text().catch(() => "cut")).to.equal("cut");
  });

  it("names the operation of a JSON protocol", async () => {
    await fetch(proxy.url, { method: "POST", headers: { "x-amz-target": "AmazonSSM.GetParameters" }, body: "{}" });
    await fetch(proxy.url, { method: "POST", body: "Action=Publish&Version=1" });

    expect(proxy.seen.map(({ operation }) => operation)).to.deep.equal(["AmazonSSM.GetParameters", "Publish"]);
  });
});
