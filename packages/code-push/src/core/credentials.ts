import { at, textAt } from "./payload";
import type { CredentialsValue } from "../contract";

/** Reads the value of a credentials secret; nothing when it is not of an agreed shape. A bare private key is one too. */
export function parseCredentials(text: string): CredentialsValue | undefined {
  if (text.trimStart().startsWith("-----BEGIN")) return { type: "ssh", privateKey: text };
  const value = parseJson(text);
  const [type, privateKey, token] = [textAt(value, "type"), textAt(value, "privateKey"), textAt(value, "token")];
  const statusToken = textAt(value, "statusToken");
  const extra = statusToken === undefined ? {} : { statusToken };
  if (type === "ssh" && privateKey) {
    const knownHosts = textAt(value, "knownHosts");
    return { type, privateKey, ...(knownHosts !== undefined && { knownHosts }), ...extra };
  }
  if (type === "token" && token && isHeaderText(token)) {
    const username = textAt(value, "username");
    if (username !== undefined && (!isHeaderText(username) || username.includes(":"))) return undefined;
    return { type, token, ...(username !== undefined && { username }), ...extra };
  }
  const [appId, installationId] = [idAt(value, "appId"), idAt(value, "installationId")];
  if (type === "github-app" && privateKey && appId !== undefined && installationId !== undefined) {
    return { type, appId, installationId, privateKey };
  }
  return undefined;
}

/** Reads the value of a webhook's secret: those that are good now. Nothing when it is not of the agreed shape. */
export function parseWebhookSecrets(text: string): readonly string[] | undefined {
  const value = parseJson(text);
  const current = textAt(value, "current");
  if (current === undefined) return undefined;
  return [current, textAt(value, "previous") ?? ""].filter((secret) => secret !== "");
}

const isHeaderText = (text: string): boolean => /^[\x21-\x7e]+$/.test(text);

function idAt(value: unknown, field: string): string | undefined {
  const id = at(value, field);
  return (typeof id === "string" || typeof id === "number") && /^\d+$|^Iv[\w.]+$/.test(`${id}`) ? `${id}` : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
