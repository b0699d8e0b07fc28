import { letOthersRun } from "@slipway/testing";
import { expect } from "chai";
import { request } from "node:https";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { digestField } from "../../src/agent/digest";
import { NodeDisk } from "../../src/agent/node-disk";
import { MemoryInbox } from "../../src/receiver/inbox";
import { FolderInbox } from "../../src/receiver/folder-inbox";
import { startReceiver, type Receiver } from "../../src/receiver/receiver";
import { inboxContract } from "../contracts/inbox";
import { materialOf, parties, sha256Of } from "../support/agent-world";

interface Asked {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

describe("startReceiver", () => {
  const inbox = new MemoryInbox();
  let receiver: Receiver;
  let requests = 0;
  const mischief = () => void (requests += 1);
  before(async () => {
    const { authority, server } = parties();
    const tls = materialOf(server, authority).options;
    const paths = ["/DA", "/internal/team/inbound"];
    receiver = await startReceiver({ inbox, tls, paths, clients: ["agent"], mischief, port: 0, host: "127.0.0.1" });
  });
  after(() => receiver.stop());
  beforeEach(() => inbox.files.clear());

  /** What came back, and whether the body was wanted before it was sent. */
  interface Answered {
    readonly status: number;
    readonly text: string;
    readonly received?: string;
    readonly wanted: boolean;
  }

  const ask = (asked: Asked, client = parties().client): Promise<Answered> =>
    new Promise((resolve, reject) => {
      const { options } = materialOf(client, parties().authority);
      const { path = "/DA", method = "POST", headers = {}, body = "" } = asked;
      const to = { host: "localhost", port: receiver.port, path, method, agent: false };
      const length = { "content-length": Buffer.byteLength(body) };
      let wanted = false;
      const sent = request(
        { ...options, ca: [...options.ca], ...to, headers: { ...headers, ...length } },
        (response) => {
          let text = "";
          response.on("data", (chunk) => (text += String(chunk)));
          response.on("end", () => {
            const received = response.headers["x-slipway-received-sha256"];
            const { statusCode: status = 0 } = response;
            sent.destroy();
            resolve({ status, text, wanted, ...(typeof received === "string" && { received }) });
          });
        },
      );
      sent.on("error", reject);
      if (headers["expect"] === undefined) sent.end(body);
      sent.on("continue", () => {
        wanted = true;
        sent.end(body);
      });
    });
  const digest = (body: string) => ({ "content-digest": digestField(sha256Of(body)) });

  it("keeps a file that is what its digest says, and answers with what it has", async () => {
    const body = "1,2";
    const answer = await ask({ body, headers: { ...digest(body), "x-slipway-file": encodeURIComponent("a b é.csv") } });

    expect(answer).to.deep.include({ status: 200, received: sha256Of(body) });
    expect(JSON.parse(answer.text)).to.deep.equal({ sha256: sha256Of(body), bytes: 3 });
    expect(inbox.files.get("DA/a b é.csv")?.toString()).to.equal(body);
  });

  it("takes Repr-Digest, and the plain header, in place of Content-Digest", async () => {
    const sha256 = sha256Of("1");
    expect((await ask({ body: "1", headers: { "repr-digest": digestField(sha256) } })).status).to.equal(200);
    expect((await ask({ body: "1", headers: { "x-slipway-sha256": sha256 } })).status).to.equal(200);
  });

  it("keeps files of other paths that it is told of, under them", async () => {
    const headers = { ...digest("1"), "x-slipway-file": "a" };
    await ask({ path: "/internal/team/inbound/data", body: "1", headers });

    expect([...inbox.files.keys()]).to.deep.equal(["internal/team/inbound/data/a"]);
  });

  it("answers a look at its path", async () => {
    expect((await ask({ method: "GET" })).text).to.equal('{"status":"ok"}');
  });

  it("takes no byte of a file that it has when it is asked, and all of one that it has not", async () => {
    const asking = (body: string) => ({
      body,
      headers: { ...digest(body), "x-slipway-file": "a.csv", expect: "100-continue" },
    });
    const first = await ask(asking("1,2"));
    const again = await ask(asking("1,2"));
    const other = await ask(asking("1,3"));

    expect([first.wanted, again.wanted, other.wanted]).to.deep.equal([true, false, true]);
    expect(again).to.deep.equal({ ...first, wanted: false });
    expect(inbox.files.get("DA/a.csv")?.toString()).to.equal("1,3");
  });

  it("answers who asks for a file that is being received when that has ended", async () => {
    let keep = (): void => undefined;
    const kept = new Promise<void>((resolve) => (keep = resolve));
    const { save } = inbox;
    inbox.save = async (...file) => {
      inbox.save = save;
      await kept;
      return inbox.save(...file);
    };
    const headers = { ...digest("1"), "x-slipway-file": "a.csv" };
    const first = ask({ body: "1", headers });
    const looked = inbox.find.bind(inbox);
    let looks = 0;
    requests = 0;
    inbox.find = (...content) => {
      looks += 1;
      return looked(...content);
    };
    const second = ask({ body: "1", headers: { ...headers, expect: "100-continue" } });
    while (requests < 2) await letOthersRun(1);
    await letOthersRun(20);
    expect(looks).to.equal(0);
    keep();

    expect((await first).status).to.equal(200);
    expect((await second).wanted).to.equal(false);
  });

  const named = (name: string): Asked => ({ body: "1", headers: { ...digest("1"), "x-slipway-file": name } });
  const refused: Readonly<Record<string, readonly [Asked, number, RegExp]>> = {
    "a file without a digest": [{ body: "1" }, 400, /without its SHA-256/],
    "a file with another digest": [{ body: "1", headers: digest("2") }, 422, /SHA-256 is .* was announced/],
    "digests that differ": [
      { body: "1", headers: { ...digest("1"), "x-slipway-sha256": sha256Of("2") } },
      400,
      /digests in the headers differ/,
    ],
    "a path that it is not told of": [{ ...named("a"), path: "/other" }, 404, /no files are taken here/],
    "a path beside one that it is told of": [{ ...named("a"), path: "/DAx" }, 404, /no files are taken here/],
    "a path that leads out": [{ ...named("a"), path: "/DA/%2e%2e%2fx" }, 400, /is no name/],
    "a name that leads out": [named("..%2Fx"), 400, /is no name/],
    "a name with NUL": [named("a%00"), 400, /control character/],
    "a name that is not encoded well": [named("%zz"), 400, /percent-encoded/],
    "a method that it does not know": [{ method: "DELETE" }, 405, /POST/],
  };
  for (const [what, [asked, status, text]] of Object.entries(refused)) {
    it(`refuses ${what}, and keeps nothing`, async () => {
      const answer = await ask(asked);

      expect(answer.status).to.equal(status);
      expect(answer.text).to.match(text);
      expect(inbox.files.size).to.equal(0);
    });
  }

  it("refuses a client of another name", async () => {
    const other = parties().authority.issue({ name: "somebody", use: "client" });

    expect(await ask({ body: "1", headers: digest("1") }, other)).to.deep.equal({
      wanted: false,
      status: 403,
      text: '{"error":"no client of this name may send: \\"somebody\\""}',
    });
    expect(inbox.files.size).to.equal(0);
  });
});

describe("MemoryInbox", () => {
  inboxContract(() => {
    const inbox = new MemoryInbox();
    return {
      inbox,
      paths: async () => [...inbox.files.keys()].sort(),
      read: async (path) => inbox.files.get(path)?.toString(),
      end: async () => undefined,
    };
  });
});

describe("FolderInbox", () => {
  inboxContract(() => {
    const root = mkdtempSync(join(tmpdir(), "slipway-inbox-"));
    const disk = new NodeDisk(root);
    return {
      inbox: new FolderInbox(root),
      paths: async () =>
        readdirSync(root, { recursive: true, withFileTypes: true })
          .filter((each) => each.isFile())
          .map((each) => join(each.parentPath, each.name).slice(root.length + 1))
          .sort(),
      read: (path) => disk.read(path),
      end: async () => rmSync(root, { recursive: true }),
    };
  });
});
