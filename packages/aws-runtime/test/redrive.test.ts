import { expect } from "chai";
import { MemoryQueue } from "../src/memory";
import { redriveLetters, removeLetters } from "../src/redrive";

/** A queue whose messages were all given up. */
async function deadQueue(...bodies: readonly string[]): Promise<MemoryQueue> {
  const queue = new MemoryQueue(1);
  queue.push(...bodies);
  await queue.deliver(bodies.length, async (batch) => batch.map(({ messageId }) => messageId));
  return queue;
}

describe("redriveLetters", () => {
  it("sends every letter back, explained, and leaves none behind", async () => {
    const queue = await deadQueue("a", "b", "c");

    const done = await redriveLetters(queue, {}, ({ body }) => body.toUpperCase());

    expect(done).to.deep.equal({ letters: ["A", "B", "C"], redriven: 3 });
    expect([queue.messages.map(({ body }) => body), queue.letters]).to.deep.equal([["a", "b", "c"], []]);
  });

  it("only tells in a dry run, and keeps to a limit", async () => {
    const queue = await deadQueue("a", "b", "c");

    const told = await redriveLetters(queue, { dryRun: true }, ({ body }) => body);
    const limited = await redriveLetters(queue, { limit: 2 }, ({ body }) => body);

    expect(told).to.deep.equal({ letters: ["a", "b", "c"], redriven: 0 });
    expect(limited.redriven).to.equal(2);
    expect(queue.letters.map(({ body }) => body)).to.deep.equal(["c"]);
  });

  it("sends none back again that fails at once, and leaves it a letter", async () => {
    const bodies = Array.from({ length: 25 }, (_, index) => `${index}`);
    const queue = await deadQueue(...bodies);
    const { redrive } = queue;
    let sendings = 0;
    queue.redrive = async (letters) => {
      sendings += letters.length;
      await redrive.call(queue, letters);
      await queue.deliver(letters.length, async (batch) => batch.map(({ messageId }) => messageId));
    };

    const done = await redriveLetters(queue, {}, ({ body }) => body);

    expect(done).to.deep.equal({ letters: bodies, redriven: 25 });
    expect(sendings).to.equal(25);
    expect((await queue.receive()).length, "letters that can be seen").to.equal(10);
    expect(queue.letters.map(({ body }) => body)).to.have.members(bodies);
  });

  it("stops between two batches when it is told to", async () => {
    const queue = await deadQueue(...Array.from({ length: 15 }, (_, index) => `${index}`));
    const stop = new AbortController();

    const done = await redriveLetters(queue, { signal: stop.signal }, () => stop.abort());

    expect(done.redriven).to.equal(10);
    expect(queue.letters).to.have.length(5);
  });
});

describe("removeLetters", () => {
  const judge = async ({ body }: { readonly body: string }) => ({ told: body, isUnwanted: body < "b" });

  it("removes what nobody wants, and leaves all others", async () => {
    const queue = await deadQueue("a", "b", ...Array.from({ length: 20 }, () => "aa"), "c");

    expect(await removeLetters(queue, {}, judge)).to.have.length(21);
    expect(queue.letters.map(({ body }) => body)).to.deep.equal(["b", "c"]);
    expect(queue.messages).to.deep.equal([]);
  });

  it("only tells in a dry run", async () => {
    const queue = await deadQueue("a", "b");

    expect(await removeLetters(queue, { dryRun: true }, judge)).to.deep.equal(["a"]);
    expect((await queue.receive()).map(({ body }) => body)).to.have.members(["a", "b"]);
  });

  it("puts everything back where a letter cannot be judged", async () => {
    const queue = await deadQueue("a", "b");
    const fails = removeLetters(queue, {}, async () => Promise.reject(new Error("no answer")));

    expect(await fails.catch((error: Error) => error.message)).to.equal("no answer");
    expect((await queue.receive()).map(({ body }) => body)).to.have.members(["a", "b"]);
  });
});
