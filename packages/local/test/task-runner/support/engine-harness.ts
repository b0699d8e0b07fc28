import { mkdtempSync, rmSync } from "node:fs";
import { request, type IncomingMessage, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LocalImage } from "../../../src/images";
import { ContainerEngine } from "../../../src/task-runner/container-engine";
import { openContainerLedger } from "../../../src/task-runner/container-ledger";
import { createEngineServer } from "../../../src/task-runner/engine-server";
import { NoSuchImageError } from "../../../src/task-runner/errors";
import type { ImageSource } from "../../../src/task-runner/image-source";
import { listenOnSocket } from "../../../src/task-runner/listen";
import { createLoopbackAddresses } from "../../../src/task-runner/loopback-addresses";

/** An answer of the engine, read to its end. */
export interface Answer {
  status: number;
  bytes: Buffer;
  /** The body as JSON, `{}` when empty. */
  json: Record<string, unknown>;
}

/** An engine with images of its own on a socket of its own, and a client that speaks to it as docker-py does. */
export class EngineHarness {
  readonly folder = mkdtempSync(join(tmpdir(), "slipway-engine-"));
  readonly ledgerPath: string;
  readonly engine: ContainerEngine;
  readonly server: Server;
  readonly socket = join(this.folder, "engine.sock");
  readonly groups = new Set<number>();
  readonly #images = new Map<string, LocalImage>();
  readonly #source: ImageSource = {
    resolve: async (reference) => {
      const image = this.#images.get(reference);
      if (!image) throw new NoSuchImageError(reference);
      return { reference, repository: reference.split(":")[0] ?? "", digest: `sha256:${"a".repeat(64)}`, image };
    },
  };
  /** @param ledgerFolder Where the ledger is, when it has to outlive this engine. @default the engine's own folder */
  constructor(ledgerFolder?: string) {
    this.ledgerPath = join(ledgerFolder ?? this.folder, "containers");
    this.engine = new ContainerEngine({
      images: this.#source,
      addresses: createLoopbackAddresses(),
      guard: { started: (group) => this.groups.add(group), ended: (group) => this.groups.delete(group) },
      ledger: openContainerLedger(this.ledgerPath),
      onCreate: () => {},
      endpoint: "http://127.0.0.1:4566",
      folder: this.folder,
      searchPath: process.env["PATH"] ?? "",
      now: () => new Date(),
    });
    this.server = createEngineServer(this.engine, this.#source);
  }

  open(): Promise<void> {
    return listenOnSocket(this.server, this.socket);
  }

  async close(): Promise<void> {
    await this.engine.stopAll(0);
    this.server.close();
    this.server.closeAllConnections();
    rmSync(this.folder, { recursive: true });
  }

  /** Makes an image known that runs a JavaScript text in Node. */
  addImage(reference: string, script: string, environment: Record<string, string> = {}): void {
    this.#images.set(reference, { command: [process.execPath, "-e", script], environment });
  }

  /** Creates and starts a container. Returns its id. */
  async run(image: string, more: Record<string, unknown> = {}, name = ""): Promise<string> {
    const created = await this.call("POST", `/containers/create${name && `?name=${name}`}`, { Image: image, ...more });
    const id = String(created.json["Id"]);
    await this.call("POST", `/containers/${id}/start`);
    return id;
  }

  async call(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await this.send(method, path, body);
    const chunks: Buffer[] = [];
    for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    const isJson = response.headers["content-type"] === "application/json";
    return {
      status: response.statusCode ?? 0,
      bytes,
      json: isJson ? (JSON.parse(bytes.toString()) as Answer["json"]) : {},
    };
  }

  /** Sends a request; the response is left to be read. */
  send(method: string, path: string, body?: unknown): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const options = { socketPath: this.socket, method, path: `/v1.44${path}`, agent: false };
      const sent = request(options, resolve).once("error", reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}

/** Takes a multiplexed log stream apart. */
export function frames(bytes: Buffer): { stream: number; text: string }[] {
  const found: { stream: number; text: string }[] = [];
  for (let at = 0; at < bytes.length; at += 8 + bytes.readUInt32BE(at + 4)) {
    const end = at + 8 + bytes.readUInt32BE(at + 4);
    found.push({ stream: bytes.readUInt8(at), text: bytes.subarray(at + 8, end).toString() });
  }
  return found;
}
