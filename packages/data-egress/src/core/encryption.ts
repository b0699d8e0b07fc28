import type { Row } from "./rows";

/** How a file was encrypted by its writer. */
export type Encryption =
  /** HTME: AES in counter mode, with the data key encrypted under a key of KMS. */
  | { readonly kind: "htme"; readonly iv: string; readonly dataKey: string; readonly keyId: string }
  /** Amazon's client-side encryption with a key of KMS, as EMR writes it. */
  | {
      readonly kind: "client-side";
      readonly iv: string;
      readonly dataKey: string;
      readonly cipher: "AES/GCM/NoPadding" | "AES/CBC/PKCS5Padding";
      /** JSON: the encryption context. */
      readonly context: string;
    }
  /** There are signs of encryption, and nobody here knows which. */
  | { readonly kind: "unknown"; readonly problem: string };

type Metadata = Readonly<Record<string, string>>;

const HTME = ["iv", "ciphertext", "datakeyencryptionkeyid"] as const;
const CLIENT_SIDE = [
  "x-amz-key-v2",
  "x-amz-iv",
  "x-amz-matdesc",
  "x-amz-cek-alg",
  "x-amz-wrap-alg",
  "x-amz-tag-len",
  "x-amz-unencrypted-content-length",
  "x-amz-key",
] as const;

/** How a file is to be decrypted; undefined when it goes as it is. What EMR encrypted is never sent as it is. */
export function decryptionOf({ decrypt }: Row, metadata: Metadata): Encryption | undefined {
  if (metadata["x-amz-matdesc"] !== undefined) return clientSideOf(metadata);
  if (!decrypt) return undefined;
  const [iv, dataKey, keyId] = HTME.map((name) => metadata[name]);
  if (iv !== undefined && dataKey !== undefined && keyId !== undefined) return { kind: "htme", iv, dataKey, keyId };
  if (iv === undefined && dataKey === undefined && keyId === undefined) return undefined;
  return { kind: "unknown", problem: `it has only some of the metadata ${HTME.join(", ")}` };
}

/** Whether the data key of a file is encrypted anew. */
export const rewrapOf = ({ rewrapDataKey }: Row, metadata: Metadata): boolean =>
  rewrapDataKey && HTME.every((name) => metadata[name] !== undefined);

/** The metadata of a file that is not encrypted any more. */
export const withoutEncryption = (metadata: Metadata): Metadata =>
  Object.fromEntries(
    Object.entries(metadata).filter(([name]) => !(HTME as readonly string[]).concat(CLIENT_SIDE).includes(name)),
  );

function clientSideOf(metadata: Metadata): Encryption {
  const {
    "x-amz-key-v2": dataKey,
    "x-amz-iv": iv,
    "x-amz-cek-alg": cipher,
    "x-amz-wrap-alg": wrap,
    "x-amz-matdesc": context = "{}",
  } = metadata;
  if (dataKey === undefined || iv === undefined) return { kind: "unknown", problem: "it lacks its data key or its IV" };
  if (wrap !== "kms" && wrap !== "kms+context") {
    return { kind: "unknown", problem: `its data key is wrapped by ${wrap ?? "nobody knows what"}, not by KMS` };
  }
  if (cipher !== "AES/GCM/NoPadding" && cipher !== "AES/CBC/PKCS5Padding") {
    return { kind: "unknown", problem: `it is encrypted by ${cipher ?? "nobody knows what"}` };
  }
  return { kind: "client-side", iv, dataKey, cipher, context };
}
