import * as z from "zod/mini";

/** What a data key service said. */
export type DataKeyAnswer =
  | { readonly kind: "key"; readonly key: Uint8Array }
  /** It cannot decrypt that data key, and would say so again. */
  | { readonly kind: "refused" }
  /** It does not serve us. */
  | { readonly kind: "denied"; readonly problem: string }
  /** It may serve us soon. */
  | { readonly kind: "unavailable"; readonly problem: string }
  /** Whoever answered is no data key service, or one that we do not understand. */
  | { readonly kind: "unusable"; readonly problem: string };

/** What is wrong with the address of a data key service; undefined when nothing is. Does not repeat the address. */
export function addressProblem(address: string): string | undefined {
  if (!URL.canParse(address)) return "is no URL";
  const { protocol, username, password, port, pathname, search, hash } = new URL(address);
  if (protocol !== "https:") return "does not begin with https://, though keys come back in plain";
  if (username !== "" || password !== "") return "holds a user or a password, which would be in logs";
  if (search !== "" || hash !== "") return "has a query or a fragment; it is the address that /datakey is below";
  if (port === "0") return "has port 0, which nobody listens on";
  if (/\/datakey(\/|$)/.test(pathname)) return "has /datakey in it; give what comes before /datakey";
  return undefined;
}

/** Where the service decrypts. @param address One without {@link addressProblem}. */
export function decryptUrl(address: string, keyId: string, correlationId: string): string {
  const url = new URL(address);
  url.pathname = `${url.pathname.replace(/\/+$/, "")}/datakey/actions/decrypt`;
  url.search = new URLSearchParams({ keyId, correlationId }).toString();
  return url.href;
}

/** Bytes of AES keys. */
const KEY_BYTES: readonly number[] = [16, 24, 32];

const answerSchema = z.object({ plaintextDataKey: z.string() });

/** Reads an answer. What it says of its body never quotes it: it may be a key. */
export function readDataKeyAnswer(status: number, body: string): DataKeyAnswer {
  const problem = `answered ${status}`;
  if (status === 400) return { kind: "refused" };
  if (status === 401 || status === 403) return { kind: "denied", problem };
  if (status === 429 || status >= 500) return { kind: "unavailable", problem };
  if (status !== 200) return { kind: "unusable", problem };
  const key = keyIn(body);
  return key === undefined ? { kind: "unusable", problem: `${problem} without an AES key` } : { kind: "key", key };
}

function keyIn(body: string): Uint8Array | undefined {
  const read = answerSchema.safeParse(parseJson(body));
  if (!read.success || !/^[A-Za-z0-9+/]+={0,2}$/.test(read.data.plaintextDataKey)) return undefined;
  const key = Buffer.from(read.data.plaintextDataKey, "base64");
  return KEY_BYTES.includes(key.length) ? key : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // The error would quote the text.
    return undefined;
  }
}
