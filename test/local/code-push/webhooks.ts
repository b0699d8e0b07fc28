import { createHmac } from "node:crypto";
import { post, type Answer } from "../http-api";

/** What is pushed where, as GitHub tells it. */
export interface GitHubPush {
  /** `owner/repo`. */
  readonly path: string;
  /** Host of the repository's address. */
  readonly host: string;
  readonly ref: string;
  readonly sha: string;
}

/** `X-Hub-Signature-256` of a body. */
export const signature = (secret: string, body: string): string =>
  `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;

/** Body of a push, as far as it matters. */
export const pushBody = ({ path, host, ref, sha }: GitHubPush): string =>
  JSON.stringify({
    ref,
    after: sha,
    before: "0".repeat(40),
    deleted: false,
    repository: { full_name: path, html_url: `https://${host}/${path}` },
    head_commit: { id: sha },
  });

/** Sends a webhook as GitHub does. @param headers Beside those of every webhook; an empty value leaves one out. */
export function sendGitHub(
  url: string,
  secret: string,
  body: string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const all = {
    "Content-Type": "application/json",
    "User-Agent": "GitHub-Hookshot/local",
    "X-GitHub-Event": "push",
    "X-GitHub-Delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958",
    "X-Hub-Signature-256": signature(secret, body),
    ...headers,
  };
  return post(url, body, Object.fromEntries(Object.entries(all).filter(([, value]) => value !== "")));
}
