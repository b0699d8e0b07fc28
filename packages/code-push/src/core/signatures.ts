import { createHmac, timingSafeEqual } from "node:crypto";
import type { WebhookHeaders } from "./webhook";

/** What a credential is checked against. */
export interface CredentialCheck {
  /** Value of the scheme's own header. */
  readonly value: string;
  readonly headers: WebhookHeaders;
  /** The body's very bytes. */
  readonly body: Uint8Array;
  readonly now: Date;
}

/** One way for a sender to prove who it is. */
export interface CredentialScheme {
  /** Header that holds the credential, in lower case. */
  readonly header: string;
  /** Other headers that must be there too, in lower case. */
  readonly companions?: readonly string[];
  /** What the header must look like; anything else is refused unread. */
  readonly shape: RegExp;
  /** Whether the header alone proves it, so that the Gateway's authorizer can decide. */
  readonly provenByHeader: boolean;
  /** Whether this text can be a secret of the scheme; an empty one never is. */
  usable(secret: string): boolean;
  matches(secret: string, check: CredentialCheck): boolean;
}

/** Seconds that a signed time may be off, either way. */
export const REPLAY_WINDOW = 300;

const SIGNING_TOKEN = /^whsec_([A-Za-z0-9+/]{22,}={0,2})$/;

/** Compares in a time that depends on lengths only; different lengths are different. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && timingSafeEqual(a, b);
}

/** `<prefix><hex of HMAC-SHA256 over the body>`, as GitHub, Bitbucket and others sign. */
export const hmacScheme = (header: string): CredentialScheme => ({
  header,
  shape: /^sha256=[0-9a-f]{64}$/i,
  provenByHeader: false,
  usable: (secret) => secret !== "",
  matches: (secret, { value, body }) => {
    const given = Buffer.from(value.slice("sha256=".length), "hex");
    return equalBytes(given, createHmac("sha256", secret).update(body).digest());
  },
});

/** The secret itself in a header. It is compared by its digest, so that not even its length can be measured. */
export const tokenScheme = (header: string): CredentialScheme => ({
  header,
  shape: /^[\x21-\x7e](?:[\x20-\x7e]{0,510}[\x21-\x7e])?$/,
  provenByHeader: true,
  usable: (secret) => secret !== "" && !secret.startsWith("whsec_"),
  matches: (secret, { value }) => equalBytes(digest(value), digest(secret)),
});

/** Standard Webhooks, version 1: `v1,<base64>` over `{id}.{timestamp}.{body}`, several of them apart by spaces. */
export const standardWebhooksScheme: CredentialScheme = {
  header: "webhook-signature",
  companions: ["webhook-id", "webhook-timestamp"],
  shape:
    /^(?:v1,[A-Za-z0-9+/]{43}=|v1a,[A-Za-z0-9+/]{86}==)(?: (?:v1,[A-Za-z0-9+/]{43}=|v1a,[A-Za-z0-9+/]{86}==)){0,7}$/,
  provenByHeader: false,
  usable: (secret) => SIGNING_TOKEN.test(secret),
  matches: (secret, { value, headers, body, now }) => {
    const [id = "", timestamp = ""] = [headers["webhook-id"], headers["webhook-timestamp"]];
    if (!/^\d{1,12}$/.test(timestamp)) return false;
    if (Math.abs(now.getTime() / 1000 - Number(timestamp)) > REPLAY_WINDOW) return false;
    const key = Buffer.from(SIGNING_TOKEN.exec(secret)?.[1] ?? "", "base64");
    const wanted = createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body).digest();
    return value
      .split(" ")
      .filter((each) => each.startsWith("v1,"))
      .some((each) => equalBytes(Buffer.from(each.slice("v1,".length), "base64"), wanted));
  },
};

const digest = (text: string): Buffer => createHmac("sha256", "compare").update(text).digest();
