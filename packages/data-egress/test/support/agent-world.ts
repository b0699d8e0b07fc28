import { createAuthority, type Authority, type Issued } from "@slipway/local/certificates";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import {
  AGENT_SECRETS,
  DELIVERY_HEADERS,
  orderPath,
  receiptPath,
  type DeliveryOrder,
  type DeliveryReceipt,
} from "../../src/agent-contract";
import { VirtualTime } from "@slipway/testing";
import { Agent } from "../../src/agent/agent";
import { readConfiguration, type AgentConfiguration } from "../../src/agent/configuration";
import { readDigestField } from "../../src/agent/digest";
import { NodeDisk } from "../../src/agent/node-disk";
import type { AgentReporter, Delivery, DeliveryLabels, Disk, RecipientAnswer, Recipients } from "../../src/agent/ports";
import { Volume } from "../../src/agent/volume";
import { readTlsMaterial, type TlsMaterial } from "../../src/tls/material";

/** Hexadecimal. */
export const sha256Of = (content: string | Buffer): string => createHash("sha256").update(content).digest("hex");

/** What one side of a connection is made with. */
export const materialOf = ({ certificate, privateKey }: Issued, trusted: Pick<Issued, "certificate">): TlsMaterial =>
  readTlsMaterial(
    { kind: "pem", certificate, privateKey },
    { kind: "pem", certificates: trusted.certificate },
    AGENT_SECRETS,
  );

/** Certificates of one authority, for both sides. Making keys takes time, so tests share them. */
export interface Parties {
  readonly authority: Authority;
  readonly server: Issued;
  readonly client: Issued;
}

let shared: Parties | undefined;

/** The same for all tests of a process. */
export function parties(): Parties {
  if (shared === undefined) {
    const authority = createAuthority("test authority");
    const server = authority.issue({ name: "receiver", use: "server" });
    const client = authority.issue({ name: "agent", use: "client" });
    shared = { authority, server, client };
  }
  return shared;
}

/** A volume in a temporary folder, and the service's side of it. */
export class TestVolume {
  readonly root = mkdtempSync(join(tmpdir(), "slipway-volume-"));
  private ordered = 0;

  /** Hands a file over, as the service does. @returns the order. */
  handOver(
    folder: string,
    name: string,
    content: string | Buffer,
    changes: Partial<DeliveryOrder> = {},
  ): DeliveryOrder {
    this.ordered += 1;
    const sha256 = sha256Of(content);
    const order: DeliveryOrder = {
      version: 1,
      id: sha256Of(`${this.ordered} ${folder} ${name}`).slice(0, 32),
      jobId: "job-1",
      correlationId: "flag-1",
      folder,
      name,
      sha256,
      bytes: Buffer.byteLength(content),
      recipient: "team",
      keepOnFailure: true,
      orderedAt: new Date(Date.parse("2026-11-25T10:00:00Z") + this.ordered).toISOString(),
      ...changes,
    };
    this.put(orderPath(order.id), JSON.stringify(order));
    this.put(`${folder}/${name}`, content);
    return order;
  }

  put(path: string, content: string | Buffer): void {
    const file = join(this.root, path);
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, content);
  }

  receipt(id: string): DeliveryReceipt | undefined {
    try {
      return JSON.parse(readFileSync(join(this.root, receiptPath(id)), "utf8")) as DeliveryReceipt;
    } catch {
      return undefined;
    }
  }

  /** Paths of all files, but for receipts. */
  files(): readonly string[] {
    return readdirSync(this.root, { recursive: true, withFileTypes: true })
      .filter((each) => !each.isDirectory())
      .map((each) => join(each.parentPath, each.name).slice(this.root.length + 1))
      .filter((path) => !path.startsWith(".slipway/receipts/"))
      .sort();
  }

  /** Removes a file, or everything; what an agent that was killed was writing may come in between. */
  remove(path = ""): void {
    rmSync(join(this.root, path), { recursive: true, maxRetries: 5 });
  }
}

/** Keeps what it is told. */
export class MemoryReporter implements AgentReporter {
  readonly lines: string[] = [];

  delivered({ name }: DeliveryLabels): void {
    this.lines.push(`delivered ${name}`);
  }

  failed({ name }: DeliveryLabels, { reason }: DeliveryReceipt): void {
    this.lines.push(`failed ${name}: ${reason}`);
  }

  retrying({ name }: DeliveryLabels, { reason }: { readonly reason?: string }, delay: number): void {
    this.lines.push(`retrying ${name} in ${delay}: ${reason}`);
  }

  trouble(what: string, problem: string): void {
    this.lines.push(`could not ${what}: ${problem}`);
  }
}

/** A recipient's answer, or an error that it meets. */
export type Reply = (delivery: { readonly path: string; readonly name: string }) => RecipientAnswer | undefined;

/**
 * Recipients in memory, which keep what is whole and what its digest says; a file is kept under the path of its URL and
 * its name. `reply` may answer in their place, after which nothing is kept. Who asks whether they have a file is told.
 */
export class MemoryRecipients implements Recipients {
  readonly files = new Map<string, Buffer>();
  /** Names of the files that were sent to be kept, in that order, whether they came or not. */
  readonly sent: string[] = [];
  /** Names of the files of which all came, kept or not. */
  readonly received: string[] = [];
  /** Names that were asked for. */
  readonly asked: string[] = [];

  constructor(private readonly reply: Reply = () => undefined) {}

  async send({ url, headers, bytes, mayBeThere, open }: Delivery): Promise<RecipientAnswer> {
    const { host, pathname } = new URL(url);
    const name = decodeURIComponent(headers[DELIVERY_HEADERS.name] ?? "");
    if (mayBeThere === true) {
      this.asked.push(name);
      const kept = this.files.get(`${host}${pathname}/${name}`);
      const received = kept && sha256Of(kept);
      if (received !== undefined && received === readDigestField(headers["content-digest"] ?? "")) {
        return { status: 200, isEarly: true, received, body: "" };
      }
    }
    this.sent.push(name);
    const chunks: Buffer[] = [];
    for await (const chunk of await open()) chunks.push(chunk as Buffer);
    const content = Buffer.concat(chunks);
    this.received.push(name);
    const answer = this.reply({ path: `${host}${pathname}`, name });
    if (answer !== undefined) return answer;
    const sha256 = sha256Of(content);
    if (content.length !== bytes || readDigestField(headers["content-digest"] ?? "") !== sha256) {
      return { status: 422, body: "" };
    }
    this.files.set(`${host}${pathname}/${name}`, content);
    return { status: 200, received: sha256, body: JSON.stringify({ sha256, bytes }) };
  }
}

/** One action of a route that sends to a host. */
export const sendTo = (host: string, mustConfirm = false) => ({
  name: "httpRequest",
  properties: { destination: `https://${host}/DA`, mustConfirm },
});

/** A configuration of the original's shape, of one route from `/data-egress/out` unless it is changed. */
export function configurationOf(route: object = {}, others: object = {}): AgentConfiguration {
  const routes = [
    {
      name: "out",
      source: "/data-egress/out",
      actions: [sendTo("team")],
      errorFolder: "/data-egress/error/out",
      threadPoolSize: 2,
      ...route,
    },
  ];
  return readConfiguration(JSON.stringify({ sender: { routes }, ...others }), "config");
}

/** What an agent works with, on a volume of its own, with time that jumps. */
export class AgentWorld {
  readonly volume = new TestVolume();
  /** Later than any file of the machine. */
  readonly time = new VirtualTime(Date.parse("2126-11-25T10:00:00Z"));
  readonly reporter = new MemoryReporter();
  disk: Disk = new NodeDisk(this.volume.root);

  constructor(
    readonly recipients: Recipients = new MemoryRecipients(),
    readonly configuration: AgentConfiguration = configurationOf(),
  ) {}

  /** A new process. Its ports can be others than the world's, and its code a mutant. */
  agent(ports: { readonly disk?: Disk; readonly recipients?: Recipients } = {}, Class: typeof Agent = Agent): Agent {
    const { reporter, time, configuration } = this;
    const { disk = this.disk, recipients = this.recipients } = ports;
    const clock = time.clock();
    return new Class(
      { disk, volume: new Volume(disk), recipients, reporter, clock, sleeper: time, apiKey: undefined },
      configuration,
    );
  }

  /** Lets an agent do all that there is to do. */
  async work(agent: Agent = this.agent(), signal = new AbortController().signal): Promise<void> {
    await agent.look({ stop: signal, breakOff: signal });
    await agent.settled();
  }
}

/**
 * A disk on which every file is half written first: whoever is killed between the two calls leaves half a file. Files are
 * read at once, since nobody closes what a killed reader has open.
 */
export const tornDisk = (disk: Disk): Disk => ({
  list: (folder) => disk.list(folder),
  state: (path) => disk.state(path),
  read: (path) => disk.read(path),
  open: async (path) => {
    const content = await disk.read(path);
    if (content === undefined) throw Object.assign(new Error(`no ${path}`), { code: "ENOENT" });
    return Readable.from([Buffer.from(content)]);
  },
  readInto: (path, buffer) => disk.readInto(path, buffer),
  rename: (from, to) => disk.rename(from, to),
  flush: (folder) => disk.flush(folder),
  link: (from, to) => disk.link(from, to),
  remove: (path) => disk.remove(path),
  write: async (path, content) => {
    const all = typeof content === "string" ? Buffer.from(content) : Buffer.concat(await collect(content));
    await disk.write(path, Readable.from([all.subarray(0, all.length >> 1)]));
    await disk.write(path, Readable.from([all]));
  },
});

async function collect(content: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return chunks;
}
