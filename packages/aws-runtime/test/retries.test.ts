import { expect } from "chai";
import { retryDelaySeconds, withSpacedRetries, type HiddenMessage } from "../src/retries";

/** A batch of `count` messages, received for the n-th time each. */
const batchOf = (count: number, receives = 1) => ({
  Records: Array.from({ length: count }, (_, n) => ({
    messageId: `m${n}`,
    receiptHandle: `r${n}`,
    body: "",
    attributes: { ApproximateReceiveCount: `${receives}` },
  })),
});

function consumer(failing: readonly string[], answer: () => Promise<void> = () => Promise.resolve()) {
  const hidden: (readonly HiddenMessage[])[] = [];
  const warnings: string[] = [];
  const handle = withSpacedRetries(
    () => Promise.resolve({ batchItemFailures: failing.map((itemIdentifier) => ({ itemIdentifier })) }),
    {
      maxReceives: 5,
      hide: (messages) => {
        hidden.push(messages);
        return answer();
      },
      log: { warn: (message, { reason }) => void warnings.push(`${message}: ${String(reason)}`) },
    },
  );
  return { handle, hidden, warnings };
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
    const { handle, hidden } = consumer(["m1"]);

    const answer = await handle(batchOf(3, 2));

    expect(answer.batchItemFailures).to.deep.equal([{ itemIdentifier: "m1" }]);
    expect(hidden).to.deep.equal([[{ receiptHandle: "r1", seconds: 20 }]]);
  });

  it("cost no request where nothing failed", async () => {
    const { handle, hidden } = consumer([]);

    await handle(batchOf(3));

    expect(hidden).to.deep.equal([]);
  });

  it("go ten to a request", async () => {
    const { handle, hidden } = consumer(Array.from({ length: 23 }, (_, n) => `m${n}`));

    await handle(batchOf(23));

    expect(hidden.map((messages) => messages.length)).to.deep.equal([10, 10, 3]);
  });

  it("leave the answer alone when the queue refuses, and tell", async () => {
    const { handle, warnings } = consumer(["m0"], () => Promise.reject(new Error("denied")));

    expect((await handle(batchOf(1))).batchItemFailures).to.have.length(1);
    expect(warnings).to.deep.equal(["messages were not handed back: denied"]);
  });
});
