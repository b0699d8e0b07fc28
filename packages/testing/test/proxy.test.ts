import { expect } from "chai";
import { once } from "node:events";
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createWireFaults, type WireFaults } from "../src/faults";
import { startProxy, type Fault, type Proxy } from "../src/proxy";

const statusOf = (url: string): Promise<string> =>
  fetch(url).then(
    ({ status }) => `${status}`,
    () => "lost",
  );

describe("the fault proxy", () => {
  let server: Server;
  let handled: string[];
  let proxy: Proxy;
  let fault: Fault | undefined;
  let choose: WireFaults["choose"];

  beforeEach(async () => {
    handled = [];
    fault = undefined;
    choose = () => fault;
    server = createServer((incoming, outgoing) => {
      handled.push(`${incoming.method} ${incoming.url} ${incoming.headers.host}`);
      outgoing.setHeader("content-length", "5");
      outgoing.end(incoming.method === "HEAD" ? undefined : "hello");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const target = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    proxy = await startProxy({ target, faults: (request) => choose(request) });
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

  it("passes a path on to the letter, with dots that are part of a key", async () => {
    const { hostname, port } = new URL(proxy.url);
    const sent = request({ hostname, port, path: "/bucket/../a/%2e%2e/b" }).end();
    await once(sent, "response");

    expect(handled[0]).to.include("GET /bucket/../a/%2e%2e/b ");
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

  it("carries a request out after the client's time was up", async () => {
    fault = { kind: "delay", milliseconds: 200 };

    const impatient = await fetch(proxy.url, { signal: AbortSignal.timeout(50) }).catch(() => "given up");
    expect(impatient).to.equal("given up");
    await proxy.idle();
    expect(handled).to.have.length(1);
  });

  it("goes by a plan of seeded faults", async () => {
    const plan = createWireFaults({ seed: 1, rate: 0.5, faults: ["F1", "F2"] });
    choose = plan.choose;
    const ends: string[] = [];
    for (let n = 1; n <= 20; n += 1) ends.push(await statusOf(proxy.url));

    expect(ends.filter((end) => end === "lost")).to.have.length(plan.injected.F2);
    expect(ends.filter((end) => end.startsWith("5"))).to.have.length(plan.injected.F1);
    expect(handled).to.have.length(20 - plan.injected.F1);
  });

  it("names the operation of a JSON protocol", async () => {
    await fetch(proxy.url, { method: "POST", headers: { "x-amz-target": "AmazonSSM.GetParameters" }, body: "{}" });
    await fetch(proxy.url, { method: "POST", body: "Action=Publish&Version=1" });

    expect(proxy.seen.map(({ operation }) => operation)).to.deep.equal(["AmazonSSM.GetParameters", "Publish"]);
  });
});
