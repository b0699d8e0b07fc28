import { constants, createDecipheriv, createPublicKey, publicEncrypt, type Decipher } from "node:crypto";
import { DataKeyServiceError } from "../core/data-key-errors";
import { DecryptionError } from "../core/errors";
import type { Encryption } from "../core/encryption";
import type { DataKeys } from "../core/ports";
import type { Row } from "../core/rows";

type Known = Exclude<Encryption, { kind: "unknown" }>;

const decode = (text: string): Buffer => Buffer.from(text, "base64");

/** The data key of a file, in plain. @throws DecryptionError or DataKeyServiceError, which never hold a key. */
export async function unwrapKey(keys: DataKeys, key: string, encryption: Encryption): Promise<Uint8Array> {
  if (encryption.kind === "unknown") throw new DecryptionError(key, encryption.problem);
  try {
    return encryption.kind === "htme"
      ? await keys.decrypt(decode(encryption.dataKey), encryption.keyId)
      : await keys.decrypt(decode(encryption.dataKey), undefined, contextOf(key, encryption.context));
  } catch (cause) {
    if (cause instanceof DecryptionError || cause instanceof DataKeyServiceError) throw cause;
    throw new DecryptionError(key, `its data key was not decrypted: ${cause instanceof Error ? cause.message : ""}`, {
      cause,
    });
  }
}

function contextOf(key: string, json: string): Record<string, string> {
  try {
    const context: unknown = JSON.parse(json);
    if (typeof context === "object" && context !== null) return context as Record<string, string>;
  } catch {
    // Told below: not JSON is no better than something else.
  }
  throw new DecryptionError(key, "its x-amz-matdesc is no JSON object");
}

const TAG_BYTES = 16;

/** The plain text of a stream. It ends with an error when the text was tampered with, where the cipher can tell. */
export async function* decryptStream(
  key: string,
  body: AsyncIterable<Uint8Array>,
  encryption: Encryption,
  dataKey: Uint8Array,
): AsyncGenerator<Uint8Array> {
  if (encryption.kind === "unknown") throw new DecryptionError(key, encryption.problem);
  const decipher = decipherOf(key, encryption, dataKey);
  // The last bytes may be the tag, so that many are kept back.
  const kept = isSealed(encryption) ? TAG_BYTES : 0;
  let tail = Buffer.alloc(0);
  for await (const chunk of body) {
    const all = kept === 0 ? chunk : Buffer.concat([tail, chunk]);
    const end = Math.max(0, all.length - kept);
    tail = Buffer.from(all.subarray(end));
    if (end > 0) yield decipher.update(all.subarray(0, end));
  }
  yield finish(key, decipher, tail);
}

const isSealed = (encryption: Known): boolean =>
  encryption.kind === "client-side" && encryption.cipher === "AES/GCM/NoPadding";

function decipherOf(key: string, encryption: Known, dataKey: Uint8Array): Decipher {
  const iv = decode(encryption.iv);
  const bits = dataKey.length * 8;
  try {
    if (encryption.kind === "htme") return createDecipheriv(`aes-${bits}-ctr`, dataKey, iv);
    const mode = isSealed(encryption) ? "gcm" : "cbc";
    return createDecipheriv(`aes-${bits}-${mode}`, dataKey, iv);
  } catch {
    // The cause would tell sizes of keys at most; it is left out all the same.
    throw new DecryptionError(key, "its data key or its IV does not fit its cipher");
  }
}

function finish(key: string, decipher: Decipher, tag: Buffer): Uint8Array {
  try {
    if (tag.length > 0 && "setAuthTag" in decipher && typeof decipher.setAuthTag === "function") {
      decipher.setAuthTag(tag);
    }
    return decipher.final();
  } catch {
    throw new DecryptionError(key, "it was encrypted with another key, or changed since");
  }
}

/** The metadata of a file whose data key only the recipient can decrypt. */
export async function wrapForRecipient(
  keys: DataKeys,
  key: string,
  row: Row,
  metadata: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const { ciphertext = "", datakeyencryptionkeyid = "", iv = "" } = metadata;
  const encryption = { kind: "htme", iv, dataKey: ciphertext, keyId: datakeyencryptionkeyid } as const;
  return { ...metadata, ...(await wrapKey(keys, row, await unwrapKey(keys, key, encryption))) };
}

/**
 * A data key that only the recipient can decrypt, as metadata. What the recipient decrypts is the key as base64 text: so the
 * data key service hands it out, and so the system that this one descends from encrypts it.
 *
 * Source: https://github.com/dwp/dataworks-data-egress (reWrapDataKey)
 */
export async function wrapKey(keys: DataKeys, { encryptingKeyParameter = "" }: Row, dataKey: Uint8Array) {
  const { keyId, publicKey } = await keys.recipientKey(encryptingKeyParameter);
  const padded = { key: createPublicKey(publicKey), padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" };
  const text = Buffer.from(Buffer.from(dataKey).toString("base64"));
  return { ciphertext: publicEncrypt(padded, text).toString("base64"), datakeyencryptionkeyid: keyId };
}
