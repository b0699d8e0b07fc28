import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";

/** Id of the stand-in's only key, with characters that an address has to escape. */
export const KEY_ID = "cloudhsm:7142,7143/a&b";

/** What one answer is in place of the usual one. */
export interface Answer {
  readonly status: number;
  readonly body?: string;
}

/** One call that came. */
export interface Call {
  readonly path: string;
  readonly body: string;
  readonly client?: string | undefined;
}

/** A data key service as a process has one: keys in plain leave it over HTTPS only. */
export class StandInDataKeyService {
  private readonly master = randomBytes(32);
  private server: Server | undefined;
  readonly calls: Call[] = [];
  /** What comes first, one for each call; then it answers as it should. */
  instead: Answer[] = [];

  async start(options: ServerOptions): Promise<void> {
    this.server = createServer(options, (request, response) => void this.handle(request, response));
    this.server.listen(0, "127.0.0.1");
    await once(this.server, "listening");
  }

  /** Address below which `/datakey` is. */
  get address(): string {
    return `https://localhost:${(this.server?.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((resolve) => this.server?.close(resolve));
  }

  /** A data key under the stand-in's key, in base64. */
  wrap(dataKey: Uint8Array): string {
    const iv = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", this.master, iv);
    const sealed = Buffer.concat([cipher.update(dataKey), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString("base64");
  }

  /** A file as HTME encrypts it, under a data key of its own. */
  encrypt(text: string, dataKey = randomBytes(32)) {
    const iv = randomBytes(16);
    const cipher = createCipheriv("aes-256-ctr", dataKey, iv);
    const body = Buffer.concat([cipher.update(text), cipher.final()]);
    const metadata = { iv: iv.toString("base64"), ciphertext: this.wrap(dataKey), datakeyencryptionkeyid: KEY_ID };
    return { body, metadata, dataKey };
  }

  /** What it says to a call. */
  answerTo(path: string, body: string): Answer {
    const early = this.instead.shift();
    if (early !== undefined) return early;
    const { pathname, searchParams } = new URL(path, "https://stand-in");
    if (pathname !== "/datakey/actions/decrypt") return { status: 404, body: "{}" };
    const dataKey = searchParams.get("keyId") === KEY_ID ? this.unwrap(body) : undefined;
    if (dataKey === undefined) return { status: 400, body: JSON.stringify({ status: 400, error: "Bad Request" }) };
    const answer = { dataKeyDecryptionKeyId: KEY_ID, plaintextDataKey: dataKey.toString("base64") };
    return { status: 200, body: JSON.stringify({ ...answer, correlationId: searchParams.get("correlationId") }) };
  }

  private unwrap(text: string): Buffer | undefined {
    const blob = Buffer.from(text, "base64");
    try {
      const decipher = createDecipheriv("aes-256-gcm", this.master, blob.subarray(0, 12));
      decipher.setAuthTag(blob.subarray(12, 28));
      return Buffer.concat([decipher.update(blob.subarray(28)), decipher.final()]);
    } catch {
      return undefined;
    }
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    const { url: path = "" } = request;
    const subject = (request.socket as TLSSocket).getPeerX509Certificate()?.subject;
    this.calls.push({ path, body, client: subject?.match(/^CN=(.+)$/m)?.[1] });
    const answer = this.answerTo(path, body);
    response.writeHead(answer.status, { "content-type": "application/json" }).end(answer.body ?? "");
  }
}
