import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { parties } from "../../../packages/data-egress/test/support/agent-world";
import type { ReceiverNews, ReceiverOrder } from "./receiver-process";

/** A receiver in another process. */
export class BenchReceiver {
  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
  ) {}

  static async start(): Promise<BenchReceiver> {
    const child = fork(join(__dirname, "receiver-process.ts"), [], { execArgv: ["--import=tsx"] });
    const { server, authority } = parties();
    child.send({ server, trusted: authority.certificate } satisfies ReceiverOrder);
    const [news] = (await once(child, "message")) as [ReceiverNews];
    return new BenchReceiver(child, "port" in news ? news.port : 0);
  }

  get url(): string {
    return `https://localhost:${this.port}/DA`;
  }

  /** Handshakes and whole files since it was started. */
  async counts(): Promise<{ readonly handshakes: number; readonly files: number }> {
    this.child.send("counts");
    const [news] = (await once(this.child, "message")) as [ReceiverNews];
    return "files" in news ? news : { handshakes: 0, files: 0 };
  }

  async stop(): Promise<void> {
    this.child.kill();
    await once(this.child, "close");
  }
}
