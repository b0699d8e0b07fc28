import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { isPrivateAddress } from "../core/addresses";
import { HostNotFoundError, PrivateAddressError } from "../core/errors";
import type { Repository } from "../core/repositories";

/** Addresses of a name. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** As the machine resolves names. */
export const systemResolve: Resolve = async (host) =>
  (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address);

/**
 * The one address that is called for a repository. A name that leads to a private address too is refused as a whole,
 * unless the repository is said to be in a private network.
 *
 * @throws PrivateAddressError, HostNotFoundError
 */
export async function callableAddress({ url, privateNetwork }: Repository, resolve: Resolve): Promise<string> {
  const { host } = url;
  const addresses = isIP(host) === 0 ? await resolveOrFail(host, resolve) : [host];
  const closed = addresses.find(isPrivateAddress);
  if (closed !== undefined && !privateNetwork) throw new PrivateAddressError(host, closed);
  const [first] = addresses;
  if (first === undefined) throw new HostNotFoundError(host);
  return first;
}

async function resolveOrFail(host: string, resolve: Resolve): Promise<readonly string[]> {
  try {
    return await resolve(host);
  } catch (error) {
    throw new HostNotFoundError(host, { cause: error });
  }
}
