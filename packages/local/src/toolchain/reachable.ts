const PROBE_LIMIT_MS = 4_000;

/** Whether a URL answers, quickly: behind a closed network this decides within 4 s, where a download would hang. */
export async function isReachable(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { method: "HEAD", signal: AbortSignal.timeout(PROBE_LIMIT_MS) })).ok;
  } catch (error) {
    // fetch reports no network as TypeError, and the time limit as a DOMException.
    if (error instanceof TypeError || error instanceof DOMException) return false;
    throw error;
  }
}

const OPERATING_SYSTEMS: Readonly<Record<string, string>> = { linux: "linux", darwin: "darwin" };
const ARCHITECTURES: Readonly<Record<string, readonly [cli: string, plugin: string]>> = {
  x64: ["x64", "amd64"],
  arm64: ["arm64", "arm64"],
};

const RELEASES = "https://get.pulumi.com/releases";

/** Address of the official CLI for this machine, as Pulumi's install script forms it; undefined where there is none. */
export function cliDownloadUrl(version: string): string | undefined {
  const [system, machine] = [OPERATING_SYSTEMS[process.platform], ARCHITECTURES[process.arch]];
  if (system === undefined || machine === undefined) return undefined;
  return `${RELEASES}/sdk/pulumi-v${version}-${system}-${machine[0]}.tar.gz`;
}

/** Address of an official resource plugin for this machine; undefined where there is none. */
export function pluginDownloadUrl(name: string, version: string): string | undefined {
  const [system, machine] = [OPERATING_SYSTEMS[process.platform], ARCHITECTURES[process.arch]];
  if (system === undefined || machine === undefined) return undefined;
  return `${RELEASES}/plugins/pulumi-resource-${name}-v${version}-${system}-${machine[1]}.tar.gz`;
}
