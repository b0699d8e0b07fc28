import { expect } from "chai";
import { rejectionOf } from "@slipway/testing";
import { Readable } from "node:stream";
import { parseRow, type Row } from "../../src/core/rows";
import { prepare } from "../../src/operations/transform";
import { row } from "../support/world";

const decrypted = (): Row => {
  const parsed = parseRow(row({ decrypt: true }));
  if (!parsed.ok) throw new Error("the row is bad");
  return parsed.row;
};

describe("prepare", () => {
  it("closes a file whose data key is not decrypted: its connection would be held for good", async () => {
    const body = Readable.from([Buffer.alloc(10), Buffer.alloc(10)]);
    const keys = {
      decrypt: () => Promise.reject(new Error("no")),
      create: () => Promise.reject(new Error("no")),
      recipientKey: () => Promise.reject(new Error("no")),
    };
    // As it comes from S3: only a generator that has begun ends what it reads from.
    async function* verified() {
      yield* body;
    }
    const metadata = { iv: "AAAA", ciphertext: "AAAA", datakeyencryptionkeyid: "k" };

    await rejectionOf(prepare(keys, "a.csv", decrypted(), { metadata, body: verified() }));

    expect(body.destroyed).to.equal(true);
  });
});
