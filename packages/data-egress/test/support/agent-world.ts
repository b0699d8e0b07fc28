import { createAuthority, type Authority, type Issued } from "@slipway/local/certificates";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  AGENT_SECRETS,
  orderPath,
  receiptPath,
  type DeliveryOrder,
  type DeliveryReceipt,
} from "../../src/agent-contract";
import type { AgentReporter, DeliveryLabels } from "../../src/agent/ports";
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

  remove(): void {
    rmSync(this.root, { recursive: true });
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
