import { InvalidInputError } from "@slipway/core";

/** Protocols that git is let speak. */
export type RemoteProtocol = "https" | "ssh" | "http";

/** Where a repository is, taken apart and found harmless. */
export interface RemoteUrl {
  readonly protocol: RemoteProtocol;
  /** Name or address, in lower case, without brackets. */
  readonly host: string;
  readonly port: number;
  /** For ssh only. */
  readonly user: string | undefined;
  /** As git gets it; holds no credentials. */
  readonly href: string;
}

const PORTS: Readonly<Record<RemoteProtocol, number>> = { https: 443, ssh: 22, http: 80 };
const SCP_LIKE = /^([a-z_][a-z0-9_-]*)@([a-z0-9][a-z0-9.-]*):(?!\/\/)(.+)$/i;
const SHAPE =
  /^(https|ssh|http):\/\/(?:([^@/]*)@)?([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::(\d{1,5}))?(\/.*)$/i;
const PATH = /^\/[A-Za-z0-9._~/+-]+$/;
const USER = /^[a-z_][a-z0-9_-]{0,31}$/;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/;

/**
 * Reads the address of a repository. It comes from the configuration or from the person who runs a command; it is read
 * strictly all the same, since one of them may have copied it from somewhere.
 *
 * @param field What to name in an error.
 * @throws InvalidInputError for every other protocol, credentials, options, escapes and unusual characters.
 */
export function parseRemoteUrl(text: string, field = "url"): RemoteUrl {
  const refuse = (problem: string): InvalidInputError =>
    new InvalidInputError(field, `${JSON.stringify(text)} ${problem}`, "e.g. https://git.example.org/owner/repo.git");
  if (!/^[\x21-\x7e]{1,2048}$/.test(text)) throw refuse("has characters that no address has");
  const [, scheme, user, bracketed, port, path] = SHAPE.exec(fromScpLike(text)) ?? [];
  if (scheme === undefined || bracketed === undefined || path === undefined) throw refuse("is no https or ssh address");
  const protocol = scheme.toLowerCase() as RemoteProtocol;
  const host = bracketed.replace(/^\[|\]$/g, "").toLowerCase();
  if (host.includes("..") || host.includes("xn--")) throw refuse("has a host name that may look like another");
  if (protocol === "http" && !LOOPBACK.test(host)) throw refuse("would send code and credentials in the clear");
  if (protocol !== "ssh" && user !== undefined) throw refuse("has credentials in it");
  if (user !== undefined && !USER.test(user)) throw refuse("has an unusual user name");
  if (!PATH.test(path) || path.split("/").some((part) => /^\.{1,2}$|^-/.test(part)))
    throw refuse("has an unusual path");
  const number = Number(port ?? PORTS[protocol]);
  if (number < 1 || number > 65_535) throw refuse("has no such port");
  const authority = `${protocol === "ssh" ? `${user ?? "git"}@` : ""}${bracketed.toLowerCase()}`;
  const href = `${protocol}://${authority}${port === undefined ? "" : `:${number}`}${path}`;
  return { protocol, host, port: number, user: protocol === "ssh" ? (user ?? "git") : undefined, href };
}

/** `git@host:owner/repo` is the same as `ssh://git@host/owner/repo`. */
function fromScpLike(text: string): string {
  const [, user, host, path] = SCP_LIKE.exec(text) ?? [];
  return path === undefined ? text : `ssh://${user}@${host}/${path.replace(/^\/+/, "")}`;
}
