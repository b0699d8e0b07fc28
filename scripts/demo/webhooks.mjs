import { createHmac, randomBytes, randomUUID } from "node:crypto";
import { request } from "node:http";
import { text } from "node:stream/consumers";
import { expect } from "./teller.mjs";

const hex = (secret, body) => `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;

/** Signs as Standard Webhooks wants it: an id, the moment, and the body. */
function standardSignature(secret, body) {
  const [id, timestamp] = [randomUUID(), `${Math.floor(Date.now() / 1000)}`];
  const key = Buffer.from(secret.slice("whsec_".length), "base64");
  const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` };
}

/** How each Git host tells of a push: the route, a secret as it makes them, the body, the headers. */
const HOSTS = {
  github: {
    route: "github",
    secret: () => randomBytes(20).toString("hex"),
    body: ({ host, path, sha, branch }) => ({
      ref: `refs/heads/${branch}`,
      after: sha,
      deleted: false,
      repository: { full_name: path, html_url: `https://${host}/${path}` },
      head_commit: { id: sha },
    }),
    headers: (secret, body) => ({
      "user-agent": "GitHub-Hookshot/demo",
      "x-github-event": "push",
      "x-github-delivery": randomUUID(),
      "x-hub-signature-256": hex(secret, body),
    }),
  },
  gitlab: {
    route: "gitlab/standard",
    secret: () => `whsec_${randomBytes(32).toString("base64")}`,
    body: ({ host, path, sha, branch }) => ({
      object_kind: "push",
      ref: `refs/heads/${branch}`,
      after: sha,
      checkout_sha: sha,
      project: { path_with_namespace: path, web_url: `https://${host}/${path}` },
    }),
    headers: (secret, body) => ({
      "x-gitlab-event": "Push Hook",
      "x-gitlab-event-uuid": randomUUID(),
      ...standardSignature(secret, body),
    }),
  },
  bitbucket: {
    route: "bitbucket",
    secret: () => randomBytes(20).toString("hex"),
    body: ({ host, path, sha, branch }) => ({
      push: { changes: [{ new: { type: "branch", name: branch, target: { type: "commit", hash: sha } } }] },
      repository: { full_name: path, links: { html: { href: `https://${host}/${path}` } } },
    }),
    headers: (secret, body) => ({
      "x-event-key": "repo:push",
      "x-request-uuid": randomUUID(),
      "x-hub-signature": hex(secret, body),
    }),
  },
};

/** A secret as a Git host makes one for a webhook. */
export const newWebhookSecret = (provider) => HOSTS[provider].secret();

/** Which of the stack's `webhookUrls` a host is given. */
export const webhookRoute = (provider) => HOSTS[provider].route;

/** Tells of a push as a Git host does. @returns the status that was answered. */
export async function sendWebhook(provider, { url, secret, ...push }) {
  const body = JSON.stringify(HOSTS[provider].body(push));
  const headers = { "content-type": "application/json", ...HOSTS[provider].headers(secret, body) };
  const { status, answer } = await post(url, body, headers);
  expect(status >= 200 && status < 300, `the webhook of ${provider} was answered ${status}: ${answer}`);
  return status;
}

/** The API's host name need not resolve: the local AWS goes by the header. */
function post(url, body, headers) {
  const { host, pathname } = new URL(url);
  const { hostname, port } = new URL(process.env.AWS_ENDPOINT_URL);
  return new Promise((resolve, reject) => {
    const options = { hostname, port, path: pathname, method: "POST", headers: { ...headers, host } };
    const sent = request(options, (response) => {
      text(response).then((answer) => resolve({ status: response.statusCode, answer }), reject);
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
