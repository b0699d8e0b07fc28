import { dirname, delimiter } from "node:path";

/** Variable with the folder that stands for `/` where a task's volumes are concerned; it lives as long as the task. */
export const TASK_VOLUMES = "SLIPWAY_TASK_VOLUMES";

/** What a container's environment is made of. Later members win over earlier ones, except where noted. */
export interface TaskEnvironmentParts {
  /** Variables that the image brings along. */
  image: Readonly<Record<string, string>>;
  /** `NAME=value` texts of the create request: the task definition's variables and the emulator's metadata. */
  requested: readonly string[];
  /** Names that stand for the machine itself (`host-gateway` in the request's extra hosts). */
  hostAliases: readonly string[];
  /** The container's own loopback address, put into HOST. */
  address: string;
  /** The container's working folder, put into HOME and TMPDIR. */
  folder: string;
  /** Folder that all containers of the task share, put into SLIPWAY_TASK_VOLUMES. */
  volumes: string;
  /** Region of the task, if it is an ECS task. */
  region: string | undefined;
  /** URL of the emulator; wins over all. */
  endpoint: string;
  /** Search path for programs; the one thing a task inherits, because it has no file system of its own. */
  searchPath: string;
}

/**
 * The whole environment of a container's process. Nothing of the runner's own environment is in it but the search path:
 * a task on AWS does not see the variables of the machine that deploys it.
 */
export function taskEnvironment(parts: TaskEnvironmentParts): Record<string, string> {
  const { image, requested, hostAliases, address, folder, volumes, region, endpoint, searchPath } = parts;
  const variables = requested.map((text) => splitVariable(text, hostAliases));
  return {
    PATH: [dirname(process.execPath), searchPath].join(delimiter),
    HOME: folder,
    TMPDIR: folder,
    ...(region === undefined ? {} : { AWS_REGION: region, AWS_DEFAULT_REGION: region }),
    ...image,
    ...Object.fromEntries(variables),
    HOST: address,
    // A process cannot have a folder mounted: what a container sees at /data is below this one, at ./data.
    [TASK_VOLUMES]: volumes,
    AWS_ENDPOINT_URL: endpoint,
  };
}

function splitVariable(text: string, hostAliases: readonly string[]): [string, string] {
  const at = text.indexOf("=");
  const [name, value] = at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
  // A container would find these names in its hosts file; a process has none of its own.
  return [name, hostAliases.reduce((url, alias) => url.replace(`://${alias}:`, "://127.0.0.1:"), value)];
}
