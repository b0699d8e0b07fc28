import { createCipheriv, randomBytes } from "node:crypto";
import type { Delivery } from "../core/deliveries";
import type { DataKeys } from "../core/ports";
import type { Row } from "../core/rows";
import { wrapKey } from "./decrypt";

const KEY_BYTES = 32;
const IV_BYTES = 16;

/**
 * A manifest as its row wants it: as it is, or like what HTME encrypts, with a data key of its own. The metadata tells how
 * to decrypt it: `iv`, and the data key (`ciphertext`) under the key `datakeyencryptionkeyid`.
 */
export async function encryptManifest(
  keys: DataKeys,
  row: Row,
  plain: Uint8Array,
): Promise<Pick<Delivery, "content" | "metadata">> {
  if (row.manifestEncryption === undefined) return { content: plain };
  const { dataKey, wrapped } = await dataKeyOf(keys, row);
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv("aes-256-ctr", dataKey, iv);
  const content = Buffer.concat([cipher.update(plain), cipher.final()]);
  return { content, metadata: { iv: iv.toString("base64"), ...wrapped } };
}

async function dataKeyOf(keys: DataKeys, row: Row) {
  if (row.manifestEncryption === "re-wrapped") {
    const dataKey = randomBytes(KEY_BYTES);
    return { dataKey, wrapped: await wrapKey(keys, row, dataKey) };
  }
  const keyId = row.manifestKeyArn ?? "";
  const { plain: dataKey, ciphertext } = await keys.create(keyId);
  const wrapped = { ciphertext: Buffer.from(ciphertext).toString("base64"), datakeyencryptionkeyid: keyId };
  return { dataKey, wrapped };
}
