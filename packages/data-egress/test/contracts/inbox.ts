import { expect } from "chai";
import { rejectionOf } from "@slipway/testing";
import { Readable } from "node:stream";
import type { Inbox } from "../../src/receiver/inbox";

/** An inbox, and a look into it. */
export interface InboxUnderTest {
  readonly inbox: Inbox;
  /** Everything that can be seen in it, unfinished files too. */
  paths(): Promise<readonly string[]>;
  read(path: string): Promise<string | undefined>;
  end(): Promise<void>;
}

/** What every inbox does. */
export function inboxContract(start: () => InboxUnderTest | Promise<InboxUnderTest>): void {
  let subject: InboxUnderTest;
  beforeEach(async () => {
    subject = await start();
  });
  afterEach(() => subject.end());

  it("keeps a file under its path", async () => {
    await subject.inbox.save("DA/a b é.csv", Readable.from([Buffer.from("1,"), Buffer.from("2")]));

    expect(await subject.paths()).to.deep.equal(["DA/a b é.csv"]);
    expect(await subject.read("DA/a b é.csv")).to.equal("1,2");
  });

  it("keeps an empty file", async () => {
    await subject.inbox.save("DA/empty", Readable.from([]));

    expect(await subject.read("DA/empty")).to.equal("");
  });

  it("replaces a file of the same path", async () => {
    await subject.inbox.save("DA/a", Readable.from([Buffer.from("1")]));
    await subject.inbox.save("DA/a", Readable.from([Buffer.from("2")]));

    expect(await subject.read("DA/a")).to.equal("2");
  });

  it("keeps a file of several parts", async () => {
    const part = Buffer.alloc(3_000_000, "x");
    await subject.inbox.save("DA/large", Readable.from([part, part, part]));

    expect((await subject.read("DA/large"))?.length).to.equal(9_000_000);
  });

  it("D5 keeps nothing of a content that fails, however late, and what was there before", async () => {
    await subject.inbox.save("DA/a", Readable.from([Buffer.from("before")]));
    for (const parts of [0, 1, 3]) {
      const failing = Readable.from(failAfter(parts));
      expect((await rejectionOf(subject.inbox.save("DA/a", failing))).message).to.include("cut off");
    }

    expect(await subject.paths()).to.deep.equal(["DA/a"]);
    expect(await subject.read("DA/a")).to.equal("before");
  });
}

async function* failAfter(parts: number): AsyncGenerator<Buffer> {
  for (let part = 0; part < parts; part += 1) yield Buffer.alloc(3_000_000);
  throw new Error("cut off");
}
