import { materialOf } from "../../../packages/data-egress/test/support/agent-world";
import { startReceiver } from "../../../packages/data-egress/src/receiver/receiver";
import type { Issued } from "@slipway/local/certificates";

/** What the process is told, once. */
export interface ReceiverOrder {
  readonly server: Issued;
  readonly trusted: string;
}

/** What it says: its port once, and the handshakes so far whenever it is asked. */
export type ReceiverNews = { readonly port: number } | { readonly handshakes: number; readonly files: number };

/** A receiver that verifies and throws away, in a process of its own, so that the sender is what is measured. */
async function main({ server, trusted }: ReceiverOrder): Promise<void> {
  let files = 0;
  const inbox = {
    save: async (_path: string, content: AsyncIterable<Uint8Array>) => {
      for await (const chunk of content) void chunk;
      files += 1;
    },
    find: async () => undefined,
  };
  const { options } = materialOf(server, { certificate: trusted });
  const receiver = await startReceiver({ inbox, tls: options, port: 0, host: "127.0.0.1" });
  const say = (news: ReceiverNews) => process.send?.(news);
  process.on("message", () => say({ handshakes: receiver.handshakes, files }));
  say({ port: receiver.port });
}

process.once("message", (order: ReceiverOrder) => void main(order));
