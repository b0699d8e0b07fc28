import { createHash, createHmac } from "node:crypto";
import { at, equalBytes, textAt, type CredentialScheme } from "@slipway/code-push/webhooks";

/** A request as far as a token is bound to it. */
export interface SignedRequest {
  readonly method: string;
  /** Relative to the app's address, with a slash in front. */
  readonly path: string;
  /** As sent, without the question mark. */
  readonly query: string;
}

/** Seconds that clocks may differ. */
const LEEWAY = 60;
const SHAPE = /^JWT [A-Za-z0-9_-]{1,1000}\.[A-Za-z0-9_-]{1,4000}\.[A-Za-z0-9_-]{43}$/;

/**
 * Bitbucket Connect's tokens as a scheme of the shared verification: HS256 with the installation's shared secret, from
 * this installation, for this very request, not run out. A token says nothing about the body.
 */
export const connectScheme = (clientKey: string, request: SignedRequest): CredentialScheme => ({
  header: "authorization",
  shape: SHAPE,
  provenByHeader: true,
  usable: (secret) => secret !== "",
  matches: (secret, { value, now }) => {
    const token = value.slice("JWT ".length);
    const [header = "", claims = "", signature = ""] = token.split(".");
    const wanted = createHmac("sha256", secret).update(`${header}.${claims}`).digest();
    if (!equalBytes(Buffer.from(signature, "base64url"), wanted)) return false;
    // What the token says of its own kind is believed in one case only.
    return textAt(decode(header), "alg") === "HS256" && isFor(decode(claims), clientKey, request, now);
  },
});

/** Who a token says that it is from; nothing is proven by that. */
export function issuerOf(authorization: string | undefined): string | undefined {
  if (authorization === undefined || !SHAPE.test(authorization)) return undefined;
  return textAt(decode(authorization.split(".")[1] ?? ""), "iss");
}

function isFor(claims: unknown, clientKey: string, request: SignedRequest, now: Date): boolean {
  const [expires, issued, seconds] = [at(claims, "exp"), at(claims, "iat"), now.getTime() / 1000];
  if (typeof expires !== "number" || expires < seconds - LEEWAY) return false;
  if (typeof issued !== "number" || issued > seconds + LEEWAY) return false;
  return textAt(claims, "iss") === clientKey && textAt(claims, "qsh") === queryHash(request);
}

/** Hash of the canonical request, as Atlassian's Connect defines it. */
export function queryHash({ method, path, query }: SignedRequest): string {
  const canonicalPath = (path.length > 1 ? path.replace(/\/+$/, "") : path).replaceAll("&", "%26") || "/";
  const canonical = `${method.toUpperCase()}&${canonicalPath}&${canonicalQuery(query)}`;
  return createHash("sha256").update(canonical).digest("hex");
}

function canonicalQuery(query: string): string {
  const values = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(query)) {
    if (name !== "jwt") values.set(encode(name), [...(values.get(encode(name)) ?? []), encode(value)]);
  }
  return [...values]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, all]) => `${name}=${all.sort().join(",")}`)
    .join("&");
}

/** RFC 3986: what encodeURIComponent leaves alone and should not. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`);

/** A token of ours for Bitbucket. */
export function signConnectToken(claims: Readonly<Record<string, string | number>>, secret: string): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${part({ typ: "JWT", alg: "HS256" })}.${part(claims)}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}

function decode(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, "base64url").toString("utf8")) as unknown;
  } catch {
    return undefined;
  }
}
