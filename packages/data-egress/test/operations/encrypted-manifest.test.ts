import { expect } from "chai";
import { constants, createDecipheriv, generateKeyPairSync, privateDecrypt, randomBytes } from "node:crypto";
import { gunzipSync } from "node:zlib";
import type { DataKeys } from "../../src/core/ports";
import { createWorld, newestJob, putData, row, TARGET, work } from "../support/world";

const KEY = "arn:aws:kms:eu-west-2:111111111111:key/k";
const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

/** Keys of KMS that keep data keys by turning their bits over, and a recipient's in SSM. */
const turned = (bytes: Uint8Array): Uint8Array => bytes.map((byte) => byte ^ 0xff);
const keys: DataKeys = {
  decrypt: async (ciphertext) => turned(ciphertext),
  create: async (keyId) => {
    if (keyId !== KEY) throw new Error(`nobody has ${keyId}`);
    const plain = randomBytes(32);
    return { plain, ciphertext: turned(plain) };
  },
  recipientKey: async (parameter) => {
    if (parameter !== "/theirs") throw new Error(`nobody has ${parameter}`);
    return { keyId: "theirs", publicKey: publicKey.export({ type: "spki", format: "pem" }).toString() };
  },
};

const opened = {
  encrypted: (wrapped: Buffer) => Buffer.from(turned(wrapped)),
  "re-wrapped": (wrapped: Buffer) => {
    const padded = { key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" };
    return Buffer.from(privateDecrypt(padded, wrapped).toString(), "base64");
  },
} as const;

describe("a manifest that is encrypted", () => {
  for (const [encryption, more, keyId] of [
    ["encrypted", { manifest_key_arn: KEY }, KEY],
    ["re-wrapped", { encrypting_key_ssm_parm_name: "/theirs" }, "theirs"],
  ] as const) {
    it(`is ${encryption} for the recipient, with a key and an IV of its own each time`, async () => {
      const item = row({ manifest_file_name: "m.gz", manifest_file_encryption: encryption, ...more });
      const world = createWorld({ items: [item], keys });
      const sent: string[] = [];
      for (const day of ["2024-12-30", "2024-12-31"]) {
        putData(world, { "a.csv": "one" }, `dataegress/cbol/${day}/`);
        await work(world, world);
        const found = world.buckets.object(TARGET, `cbol/${day}/m.gz.enc`);
        const { iv = "", ciphertext = "", datakeyencryptionkeyid } = found?.metadata ?? {};
        const dataKey = opened[encryption](Buffer.from(ciphertext, "base64"));
        const decipher = createDecipheriv("aes-256-ctr", dataKey, Buffer.from(iv, "base64"));
        const body = found?.body ?? Buffer.alloc(0);

        const text = gunzipSync(Buffer.concat([decipher.update(body), decipher.final()])).toString();
        expect(text).to.match(new RegExp(`^cbol/${day}/a\\.csv  3 \\d{4}-`));
        expect(datakeyencryptionkeyid).to.equal(keyId);
        expect(await newestJob(world)).to.include({ status: "Succeeded" });
        sent.push(ciphertext, iv);
      }
      expect(new Set(sent).size).to.equal(4);
    });
  }

  it("is never sent in plain where there is no key: the job does not succeed", async () => {
    const item = row({
      manifest_file_name: "m.gz",
      manifest_file_encryption: "encrypted",
      manifest_key_arn: `${KEY}2`,
    });
    const world = createWorld({ items: [item], keys, limits: { maxAttempts: 1 } });
    putData(world, { "a.csv": "one" });

    await work(world, world);

    expect(await newestJob(world)).to.include({ status: "Failed", reason: `nobody has ${KEY}2` });
    expect(Object.keys(world.buckets.texts(TARGET))).to.deep.equal(["cbol/2024-12-31/a.csv"]);
  });
});
