import { expect } from "chai";
import { encryptKey, toPkcs12, toPkcs12Truststore } from "@slipway/local/certificates";
import { repositoryRoot } from "@slipway/testing";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  AGENT_ENVIRONMENT,
  AGENT_SECRETS,
  orderPath,
  receiptPath,
  type DeliveryOrder,
  type DeliveryReceipt,
} from "../../src/agent-contract";
import { RECEIVER_ENVIRONMENT } from "../../src/receiver-contract";
import { parties, sha256Of } from "../support/agent-world";

const ID = "0123456789abcdef0123456789abcdef";
const PASSWORD = "correct horse";

/** A program as its container starts it. */
class Program {
  private readonly child: ChildProcess;
  printed = "";
  private readonly ended: Promise<number | null>;

  constructor(entry: string, env: Readonly<Record<string, string>>) {
    const bundle = join(repositoryRoot, "packages/data-egress/dist/lambda", entry, "index.js");
    this.child = spawn(process.execPath, [bundle], { env: { PATH: process.env["PATH"] ?? "", ...env } });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on("data", (chunk) => {
        this.printed += String(chunk);
        this.child.emit("printed");
      });
    }
    this.ended = once(this.child, "close").then(([code]) => code as number | null);
  }

  /** Resolves with the first match of what it prints. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.printed);
      if (found !== null) return found;
      if (this.child.exitCode !== null) throw new Error(`it ended: ${this.printed}`);
      await once(this.child, "printed");
    }
  }

  /** Resolves when it prints something. */
  async printsMore(): Promise<void> {
    if (this.child.exitCode !== null) throw new Error(`it ended: ${this.printed}`);
    await once(this.child, "printed");
  }

  exit(): Promise<number | null> {
    return this.ended;
  }

  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
    this.child.kill(signal);
    return this.ended;
  }
}

describe("programs", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "slipway-programs-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const put = (path: string, content: string | Buffer): string => {
    const file = join(folder, path);
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, content);
    return file;
  };

  const agentWith = (env: Readonly<Record<string, string>>, port = 1, threadPoolSize = 1) => {
    const destination = `https://localhost:${port}/DA`;
    const actions = [{ name: "httpRequest", properties: { destination } }];
    const routes = [{ name: "r", source: "/data-egress/out", actions, threadPoolSize }];
    return new Program("sft-agent", {
      [AGENT_ENVIRONMENT.name]: "test",
      [AGENT_ENVIRONMENT.volumes]: folder,
      [AGENT_ENVIRONMENT.configuration]: JSON.stringify({ sender: { routes } }),
      [AGENT_ENVIRONMENT.monitorPort]: "0",
      [AGENT_ENVIRONMENT.monitorHost]: "127.0.0.1",
      ...env,
    });
  };

  const startReceiver = () => {
    const { authority, server } = parties();
    return new Program("stub-receiver", {
      [RECEIVER_ENVIRONMENT.folder]: join(folder, "received"),
      [RECEIVER_ENVIRONMENT.port]: "0",
      [RECEIVER_ENVIRONMENT.host]: "127.0.0.1",
      [RECEIVER_ENVIRONMENT.clients]: "agent",
      [`${AGENT_SECRETS.certificate}_FILE`]: put("server.pem", server.certificate),
      [`${AGENT_SECRETS.privateKey}_FILE`]: put("server.key", encryptKey(server.privateKey, PASSWORD)),
      [`${AGENT_SECRETS.trust}_FILE`]: put("ca.pem", authority.certificate),
      [AGENT_SECRETS.keystorePassword]: PASSWORD,
    });
  };

  const handOver = (
    id: string,
    name: string,
    content: string | Buffer,
    changes: Partial<DeliveryOrder> = {},
  ): DeliveryOrder => {
    const order: DeliveryOrder = {
      version: 1,
      id,
      jobId: "job",
      correlationId: "flag",
      folder: "out",
      name,
      sha256: sha256Of(content),
      bytes: Buffer.byteLength(content),
      recipient: "team",
      keepOnFailure: false,
      orderedAt: "2026-11-25T10:00:00Z",
      ...changes,
    };
    put(`data-egress/${orderPath(id)}`, JSON.stringify(order));
    put(`data-egress/out/${name}`, content);
    return order;
  };

  const keystores = (): Readonly<Record<string, string>> => {
    const { authority, client } = parties();
    return {
      [AGENT_SECRETS.keystore]: toPkcs12(client, PASSWORD, [authority.certificate]).toString("base64"),
      [AGENT_SECRETS.truststore]: toPkcs12Truststore([authority.certificate], PASSWORD).toString("base64"),
      [AGENT_SECRETS.keystorePassword]: PASSWORD,
    };
  };

  it("agent and receiver bring a file from a volume to a folder, with PKCS#12 on one side and PEM on the other", async () => {
    const receiver = startReceiver();
    const [, port] = await receiver.says(/"message":"listening".*?"port":(\d+)/);
    const order = handOver(ID, "a.csv", "1,2");
    const agent = agentWith(keystores(), Number(port));
    try {
      await agent.says(/"message":"delivered"/);
      const [, monitor] = await agent.says(/"message":"started".*?"monitorPort":(\d+)/);
      const metrics = await (await fetch(`http://127.0.0.1:${monitor}/metrics`)).text();
      const health = await fetch(`http://127.0.0.1:${monitor}/health`);
      const receipt = JSON.parse(readFileSync(join(folder, "data-egress", receiptPath(ID)), "utf8")) as DeliveryReceipt;

      expect(readFileSync(join(folder, "received/DA/a.csv"), "utf8")).to.equal("1,2");
      expect(receipt).to.deep.include({ status: "delivered", sha256: order.sha256, bytes: 3 });
      expect(receipt.destinations[0]).to.deep.include({ httpStatus: 200, receivedSha256: order.sha256 });
      expect(health.status).to.equal(200);
      expect(metrics).to.include('data_egress_files_sent_success{route="r",folder="out",recipient="team"} 1');
      expect(metrics).to.match(/data_egress_certificate_expiry_days 39\d/);
      expect(agent.printed)
        .to.include('"data_egress":"test","AgentDeliveredFiles":1')
        .and.to.include('"data_egress":"test","recipient":"team","AgentDeliveredFiles":1')
        .and.to.match(/"AgentCertificateDays":39\d/);
    } finally {
      expect(await agent.stop()).to.equal(0);
      expect(await receiver.stop()).to.equal(0);
    }
    for (const printed of [agent.printed, receiver.printed]) {
      expect(printed).to.not.include(PASSWORD).and.to.not.include("PRIVATE KEY");
    }
  });

  const workers = 3;
  const names = Array.from({ length: 60 }, (_, index) => `${index}.bin`);
  const contentOf = (name: string) => Buffer.alloc(200_000, name);
  const idOf = (name: string): string => sha256Of(name).slice(0, 32);
  const delivered = (printed: string) => printed.match(/"message":"delivered"/g)?.length ?? 0;
  const receiptOf = (name: string): string => receiptPath(idOf(name));

  /** An agent that was killed when the receiver had had some of the files. */
  async function killedInTheMiddle() {
    for (const name of names) handOver(idOf(name), name, contentOf(name));
    const receiver = startReceiver();
    const [, port] = await receiver.says(/"message":"listening".*?"port":(\d+)/);
    const first = agentWith(keystores(), Number(port), workers);
    await receiver.says(/("received"[^]*){12}/);
    await first.stop("SIGKILL");
    return { receiver, port: Number(port), first };
  }

  it("D2 an agent that is killed goes on where it was, and sends no file again that the recipient has", async () => {
    const { receiver, port, first } = await killedInTheMiddle();
    const second = agentWith(keystores(), port, workers);
    await second.says(/"message":"started"/);
    const isOver = () => names.every((name) => existsSync(join(folder, "data-egress", receiptOf(name))));
    while (!isOver()) await second.printsMore();
    expect(await second.stop()).to.equal(0);
    expect(await receiver.stop()).to.equal(0);

    expectOnce(receiver);
    expect(delivered(first.printed), "before it was killed").to.be.above(0);
    expect(readdirSync(join(folder, "data-egress/out"))).to.deep.equal([]);
  });

  /** Every file came once, and is what it was. */
  function expectOnce(receiver: Program): void {
    const received = [...receiver.printed.matchAll(/"message":"received".*?"path":"DA\/([^"]+)"/g)].map(
      ([, name]) => name,
    );
    expect(received.sort(), "files that came").to.deep.equal([...names].sort());
    for (const name of names) {
      expect(sha256Of(readFileSync(join(folder, "received/DA", name)))).to.equal(sha256Of(contentOf(name)));
    }
  }

  it("D2 an agent that is killed with its volume costs no second sending either", async () => {
    const { receiver, port } = await killedInTheMiddle();
    rmSync(join(folder, "data-egress"), { recursive: true });
    // No receipt of the first volume was read: as far as anybody knows, everything is still to be sent.
    for (const name of names) handOver(idOf(name), name, contentOf(name), { mayBeThere: true });
    const second = agentWith(keystores(), port, workers);
    while (delivered(second.printed) < names.length) await second.printsMore();
    expect(await second.stop()).to.equal(0);
    expect(await receiver.stop()).to.equal(0);

    expectOnce(receiver);
    expect(receiver.printed.match(/"message":"has it already"/g)?.length ?? 0).to.be.at.least(12);
  });

  const refusals: Readonly<Record<string, [Readonly<Record<string, string>>, RegExp]>> = {
    "a keystore that its password does not open": [
      { [AGENT_SECRETS.keystorePassword]: "wrong" },
      /^sft-agent: \[SFT_AGENT_KEYSTORE\] its password does not open it; check the password.*\n$/,
    ],
    "a configuration with a route that does not exist in TLS": [
      { [AGENT_ENVIRONMENT.configuration]: "sender: { routes: [] }" },
      /^sft-agent: \[SFT_AGENT_CONFIG sender\.routes\] .*\n$/,
    ],
    "a file that is not there": [
      { [`${AGENT_SECRETS.keystore}_FILE`]: "/nowhere/keystore.p12" },
      /^sft-agent: \[SFT_AGENT_KEYSTORE_FILE\] the file cannot be read \(ENOENT\); .*\n$/,
    ],
  };
  for (const [what, [env, line]] of Object.entries(refusals)) {
    it(`the agent refuses ${what} in one line`, async () => {
      const agent = agentWith({ ...keystores(), ...env });

      expect(await agent.exit()).to.equal(1);
      expect(agent.printed).to.match(line);
    });
  }
});
