import { NotLoopbackError } from "./errors";

const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Whether a URL's host is this machine: 127.0.0.0/8, `::1`, `localhost` or a name under it. */
export function isLoopback(endpoint: string): boolean {
  if (!URL.canParse(endpoint)) return false;
  const { hostname, protocol } = new URL(endpoint);
  return (protocol === "http:" || protocol === "https:") && LOOPBACK.test(hostname);
}

/**
 * The endpoint, once it is known to be on this machine.
 * @throws NotLoopbackError when it is absent or elsewhere.
 */
export function requireLoopback(endpoint: string | undefined): string {
  if (endpoint === undefined || !isLoopback(endpoint)) throw new NotLoopbackError(endpoint);
  return endpoint;
}
