import { randomNumbers, SEED } from "@slipway/testing";
import { createHash } from "node:crypto";
import { inflateRawSync } from "node:zlib";
import { expect } from "chai";
import { Deflater } from "../../src/adapters/deflate";

/** Sizes on both sides of every limit: none, small, large, more than an output holds. */
const SIZES = [0, 1, 2, 3, 258, 4_096, 8_191, 8_192, 8_193, 65_536, 300_000, 1_000_000];

describe("the compressor of archives", () => {
  const random = randomNumbers(SEED);
  const text = (size: number): Buffer =>
    Buffer.from(Array.from({ length: size }, () => "etaoin \n"[Math.floor(random() ** 2 * 8)]).join(""));
  const contents: Readonly<Record<string, (size: number) => Buffer>> = {
    text,
    noise: (size) => Buffer.from(Array.from({ length: size }, () => Math.floor(random() * 256))),
    zeros: (size) => Buffer.alloc(size),
  };

  for (const [kind, make] of Object.entries(contents)) {
    it(`C5 gives ${kind} back, whatever came before it and in whatever pieces it came`, () => {
      const deflater = new Deflater();
      const all = SIZES.map((size) => {
        const content = make(size);
        deflater.begin(size);
        const cut = Math.floor(random() * (size + 1));
        const pieces = [deflater.push(content.subarray(0, cut), false), deflater.push(content.subarray(cut), true)];
        return { content, compressed: Buffer.concat(pieces) };
      });

      for (const { content, compressed } of all) {
        expect(inflateRawSync(compressed).equals(content), `${content.length} bytes`).to.equal(true);
      }
    });
  }

  it("C5 has no memory of other files", () => {
    const [first, second, used] = [text(5_000), text(5_000), new Deflater()];
    const compress = (deflater: Deflater, content: Buffer): string => {
      deflater.begin(content.length);
      return Buffer.from(deflater.push(content, true)).toString("base64");
    };
    const alone = compress(new Deflater(), second);
    compress(used, first);

    expect(compress(used, second)).to.equal(alone);
  });

  it("C5 makes these very bytes: another version of it makes others, and is a decision", () => {
    const deflater = new Deflater();
    const lines = Array.from({ length: 4_000 }, (_, index) => `line ${(index * 7919) % 1009} of ${index % 13}\n`);
    const digestOf = (content: Buffer): string => {
      deflater.begin(content.length);
      return createHash("sha256").update(deflater.push(content, true)).digest("hex").slice(0, 16);
    };

    expect([digestOf(Buffer.from(lines.slice(0, 300).join(""))), digestOf(Buffer.from(lines.join("")))]).to.deep.equal([
      "d2f7acb2e00e0012",
      "d9884c5322588eff",
    ]);
  });
});
