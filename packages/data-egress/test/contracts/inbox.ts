import { expect } from "chai";
import { createHash } from "node:crypto";
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

  const saving = (path: string, ...chunks: readonly string[]) =>
    subject.inbox.save(path, Readable.from(chunks.map((chunk) => Buffer.from(chunk))), contentOf(chunks.join("")));

  it("keeps a file under its path", async () => {
    await saving("DA/a b é.csv", "1,", "2");

    expect(await subject.paths()).to.deep.equal(["DA/a b é.csv"]);
    expect(await subject.read("DA/a b é.csv")).to.equal("1,2");
  });

  it("keeps an empty file", async () => {
    await saving("DA/empty");

    expect(await subject.read("DA/empty")).to.equal("");
  });

  it("replaces a file of the same path", async () => {
    await saving("DA/a", "1");
    await saving("DA/a", "2");

    expect(await subject.read("DA/a")).to.equal("2");
  });

  it("keeps a file of several parts", async () => {
    const part = "x".repeat(3_000_000);
    await saving("DA/large", part, part, part);

    expect((await subject.read("DA/large"))?.length).to.equal(9_000_000);
  });

  it("finds a file that is what is asked for, of one part or several, and no other", async () => {
    for (const text of ["1,2", "", "x".repeat(9_000_000)]) {
      await saving("DA/a", text);
      const { sha256, bytes } = contentOf(text);

      expect(await subject.inbox.find("DA/a", { sha256, bytes })).to.equal(bytes);
      expect(await subject.inbox.find("DA/a", { sha256 })).to.equal(bytes);
      expect(await subject.inbox.find("DA/a", contentOf("1,3"))).to.equal(undefined);
      expect(await subject.inbox.find("DA/a", contentOf("1,2,3"))).to.equal(undefined);
      expect(await subject.inbox.find("DA/b", { sha256, bytes })).to.equal(undefined);
    }
  });

  it("D5 keeps nothing of a content that fails, however late, and what was there before", async () => {
    await saving("DA/a", "before");
    for (const parts of [0, 1, 3]) {
      const failing = Readable.from(failAfter(parts));
      expect((await rejectionOf(subject.inbox.save("DA/a", failing, contentOf("1")))).message).to.include("cut off");
    }

    expect(await subject.paths()).to.deep.equal(["DA/a"]);
    expect(await subject.read("DA/a")).to.equal("before");
  });
}

const contentOf = (text: string) => ({
  sha256: createHash("sha256").update(text).digest("hex"),
  bytes: Buffer.byteLength(text),
});

async function* failAfter(parts: number): AsyncGenerator<Buffer> {
  for (let part = 0; part < parts; part += 1) yield Buffer.alloc(3_000_000);
  throw new Error("cut off");
}
