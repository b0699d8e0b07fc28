const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/;
const LOOPBACK_ADDRESS = /(?:^|[\s/@])(?:127(?:\.\d{1,3}){3}|\[?::1\]?|localhost):\d/;

/** Whether a URL's host is this machine: 127.0.0.0/8, `::1`, `localhost` or a name under it. */
export function isLoopback(endpoint: string): boolean {
  if (!URL.canParse(endpoint)) return false;
  const { hostname, protocol } = new URL(endpoint);
  return (protocol === "http:" || protocol === "https:") && LOOPBACK.test(hostname);
}

/**
 * How to mend that AWS does not answer: on this machine it is the local one, which can be started.
 *
 * @param places Messages that may name the address that was asked, or endpoints.
 */
export const unreachableHint = (...places: readonly (string | undefined)[]): string =>
  places.some((place) => place !== undefined && (isLoopback(place) || LOOPBACK_ADDRESS.test(place)))
    ? "start the local AWS (`slipway local up`), or check AWS_ENDPOINT_URL"
    : "check AWS_ENDPOINT_URL and the network, then repeat";
