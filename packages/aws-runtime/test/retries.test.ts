import type { SQSClient } from "@aws-sdk/client-sqs";
import { expect } from "chai";
import { retryDelaySeconds, withSpacedRetries } from "../src/retries";

interface Sent {
  readonly QueueUrl: string;
  readonly Entries: readonly { readonly ReceiptHandle: string; readonly VisibilityTimeout: number }[];
}

/** A batch of `count` messages, received for the n-th time each. */
const batchOf = (count: number, receives = 1) => ({
  Records: Array.from({ length: count }, (_, n) => ({
    messageId: `m${n}`,
    receiptHandle: `r${n}`,
    attributes: { ApproximateReceiveCount: `${receives}` },
  })),
});

function consumer(failing: readonly string[], answer: () => Promise<object> = () => Promise.resolve({})) {
  const [sent, warnings]: [Sent[], string[]] = [[], []];
  const client = {
    send: ({ input }: { input: Sent }) => {
      sent.push(input);
      return answer();
    },
  } as unknown as Pick<SQSClient, "send">;
  const handle = withSpacedRetries(
    () => Promise.resolve({ batchItemFailures: failing.map((itemIdentifier) => ({ itemIdentifier })) }),
    {
      client,
      url: "queue",
      maxReceives: 5,
      warn: (message, { reason }) => void warnings.push(`${message}: ${reason}`),
    },
  );
  return { handle, sent, warnings };
}

describe("retries of a queue's messages", () => {
  it("grow apart, and never beyond a quarter of an hour", () => {
    expect([1, 2, 3, 4, 5, 50].map((receives) => retryDelaySeconds(receives, 100))).to.deep.equal([
      5, 20, 80, 320, 900, 900,
    ]);
  });

  it("do not keep a message from the dead letters once it was given up", () => {
    expect([1, 2, 3].map((receives) => retryDelaySeconds(receives, 3))).to.deep.equal([5, 20, 0]);
  });

  it("are asked for what failed and nothing else", async () => {
    const { handle, sent } = consumer(["m1"]);

    const answer = await handle(batchOf(3, 2));

    expect(answer.batchItemFailures).to.deep.equal([{ itemIdentifier: "m1" }]);
    expect(sent).to.deep.equal([
      { QueueUrl: "queue", Entries: [{ Id: "0", ReceiptHandle: "r1", VisibilityTimeout: 20 }] },
    ]);
  });

  it("cost no request where nothing failed", async () => {
    const { handle, sent } = consumer([]);

    await handle(batchOf(3));

    expect(sent).to.deep.equal([]);
  });

  it("go ten to a request", async () => {
    const { handle, sent } = consumer(Array.from({ length: 23 }, (_, n) => `m${n}`));

    await handle(batchOf(23));

    expect(sent.map(({ Entries }) => Entries.length)).to.deep.equal([10, 10, 3]);
  });

  for (const [how, answer] of [
    ["refuses", () => Promise.reject(new Error("denied"))],
    ["refuses one of them", () => Promise.resolve({ Failed: [{ Message: "denied" }] })],
  ] as const) {
    it(`leave the answer alone when the queue ${how}, and tell`, async () => {
      const { handle, warnings } = consumer(["m0"], answer);

      expect((await handle(batchOf(1))).batchItemFailures).to.have.length(1);
      expect(warnings.join()).to.include("denied");
    });
  }
});
