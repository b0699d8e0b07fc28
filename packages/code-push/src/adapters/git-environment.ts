import { isIPv6 } from "node:net";
import type { RemoteUrl } from "../core/remote-url";

/** What git may use to get in. */
export type GitAccess =
  | { readonly kind: "none" }
  /** `Authorization` header for this one origin. */
  | { readonly kind: "header"; readonly value: string }
  | { readonly kind: "ssh"; readonly keyFile: string; readonly knownHostsFile: string };

/** What a git process is started with. */
export interface GitSettings {
  /** Folder that is its home, its working directory and its place for temporary files. */
  readonly home: string;
  /** The only remote that it may speak to; none for local work. */
  readonly remote?: { readonly url: RemoteUrl; readonly address: string; readonly access: GitAccess } | undefined;
  /** Variables of the surrounding process; only those that find programs and certificates are taken over. */
  readonly ambient: Readonly<Record<string, string | undefined>>;
}

/** Where programs, their libraries and the trusted certificates are. Nothing else of the process is git's business. */
const TAKEN_OVER = ["PATH", "LD_LIBRARY_PATH", "GIT_EXEC_PATH", "GIT_SSL_CAINFO", "SSL_CERT_FILE", "SSL_CERT_DIR"];

/** Settings that hold whatever the machine, the user or a repository says. */
const FIXED: readonly (readonly [string, string])[] = [
  ["core.hooksPath", "/dev/null"],
  ["core.fsmonitor", "false"],
  ["core.askPass", ""],
  ["credential.helper", ""],
  ["http.followRedirects", "false"],
  ["http.lowSpeedLimit", "1000"],
  ["http.lowSpeedTime", "30"],
  ["protocol.version", "2"],
  ["transfer.bundleURI", "false"],
  ["fetch.uriProtocols", ""],
  ["fetch.recurseSubmodules", "false"],
  ["submodule.recurse", "false"],
  ["transfer.unpackLimit", "1"],
  ["gc.auto", "0"],
  ["maintenance.auto", "false"],
  ["init.defaultBranch", "main"],
];

/**
 * The whole environment of a git process. It holds no credentials of AWS, no configuration of the user's, and, through
 * GIT_CONFIG_*, what would otherwise stand in the arguments for every process of the machine to read.
 */
export function gitEnvironment({ home, remote, ambient }: GitSettings): Record<string, string> {
  const environment: Record<string, string> = {
    HOME: home,
    TMPDIR: home,
    XDG_CONFIG_HOME: home,
    LANG: "C",
    LC_ALL: "C",
    TZ: "UTC",
    GIT_ALLOW_PROTOCOL: remote?.url.protocol ?? "none",
    GIT_PROTOCOL_FROM_USER: "0",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ASKPASS: "",
    GIT_LFS_SKIP_SMUDGE: "1",
    GIT_NO_LAZY_FETCH: "1",
    GIT_ADVICE: "0",
  };
  for (const name of TAKEN_OVER) {
    const value = ambient[name];
    if (value !== undefined) environment[name] = value;
  }
  const settings = [...FIXED, ...(remote === undefined ? [] : remoteSettings(remote))];
  for (const [index, [key, value]] of settings.entries()) {
    environment[`GIT_CONFIG_KEY_${index}`] = key;
    environment[`GIT_CONFIG_VALUE_${index}`] = value;
  }
  environment["GIT_CONFIG_COUNT"] = `${settings.length}`;
  if (remote?.url.protocol === "ssh") {
    environment["GIT_SSH_COMMAND"] = sshCommand(remote);
    environment["GIT_SSH_VARIANT"] = "ssh";
  }
  return environment;
}

type Remote = NonNullable<GitSettings["remote"]>;

function remoteSettings({ url, address, access }: Remote): readonly (readonly [string, string])[] {
  const settings: (readonly [string, string])[] = [];
  // The address that was looked at is the one that is called: a name can lead elsewhere a moment later.
  if (url.protocol !== "ssh" && url.host !== address) {
    const target = isIPv6(address) ? `[${address}]` : address;
    settings.push(["http.curloptResolve", `${url.host}:${url.port}:${target}`]);
  }
  if (access.kind === "header") {
    settings.push([`http.${originOf(url)}/.extraHeader`, `Authorization: ${access.value}`]);
  }
  return settings;
}

const originOf = ({ href }: RemoteUrl): string => new URL(href).origin;

/** Fixed options; git has a shell read this, so that every word that is not fixed is quoted. */
function sshCommand({ url, address, access }: Remote): string {
  const keys =
    access.kind === "ssh"
      ? ["-i", access.keyFile, "-o", `UserKnownHostsFile=${access.knownHostsFile}`]
      : ["-o", "UserKnownHostsFile=/dev/null"];
  const options = [
    "ssh",
    "-F",
    "/dev/null",
    ...keys,
    ...["IdentitiesOnly=yes", "IdentityAgent=none", "BatchMode=yes", "StrictHostKeyChecking=yes"].flatMap(option),
    ...["GlobalKnownHostsFile=/dev/null", "UpdateHostKeys=no", "ForwardAgent=no", "ClearAllForwardings=yes"].flatMap(
      option,
    ),
    ...["PermitLocalCommand=no", "ConnectTimeout=15", "ServerAliveInterval=15", "ServerAliveCountMax=2"].flatMap(
      option,
    ),
    ...[`HostKeyAlias=${url.port === 22 ? url.host : `[${url.host}]:${url.port}`}`, `HostName=${address}`].flatMap(
      option,
    ),
  ];
  return options.map(quote).join(" ");
}

const option = (text: string): readonly string[] => ["-o", text];
const quote = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);
