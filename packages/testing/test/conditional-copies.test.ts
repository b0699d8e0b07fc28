import { expect } from "chai";
import { startConditionalCopies, type ConditionalCopies } from "../src/conditional-copies";
import { serveOnLoopback, type LoopbackServer } from "../src/pass-on";

describe("conditions in front of copies", () => {
  let emulator: LoopbackServer;
  let copies: ConditionalCopies;
  let etags: Record<string, string>;
  let copied: string[];

  beforeEach(async () => {
    etags = {};
    copied = [];
    emulator = await serveOnLoopback(async ({ method, url = "", headers }, outgoing) => {
      if (method === "PUT") copied.push(`${url} ${headers["x-amz-copy-source"] ?? "put"}`);
      const etag = etags[url];
      outgoing.writeHead(method === "HEAD" && etag === undefined ? 404 : 200, etag === undefined ? {} : { etag });
      outgoing.end();
    });
    copies = await startConditionalCopies(emulator.url);
  });

  afterEach(async () => {
    await copies.close();
    await emulator.close();
  });

  const copy = async (key: string, headers: Record<string, string>): Promise<number> => {
    const source = { "x-amz-copy-source": "other/key", authorization: "signed" };
    return (await fetch(`${copies.url}/bucket/${key}`, { method: "PUT", headers: { ...source, ...headers } })).status;
  };

  it("lets a copy through whose condition holds", async () => {
    etags["/bucket/there"] = '"1"';

    expect(await copy("new", { "if-none-match": "*" })).to.equal(200);
    expect(await copy("there", { "if-match": '"1"' })).to.equal(200);
    expect(copied).to.deep.equal(["/bucket/new other/key", "/bucket/there other/key"]);
  });

  it("answers a copy whose condition does not hold as S3 does", async () => {
    etags["/bucket/there"] = '"1"';

    expect(await copy("there", { "if-none-match": "*" })).to.equal(412);
    expect(await copy("there", { "if-match": '"2"' })).to.equal(412);
    expect(await copy("gone", { "if-match": '"1"' })).to.equal(412);
    expect(copied).to.deep.equal([]);
  });

  it("passes everything else on", async () => {
    const put = await fetch(`${copies.url}/bucket/a`, { method: "PUT", headers: { "if-none-match": "*" }, body: "x" });

    expect(put.status).to.equal(200);
    expect(copied).to.deep.equal(["/bucket/a put"]);
  });
});
