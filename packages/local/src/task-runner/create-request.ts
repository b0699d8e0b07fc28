import { UnsupportedRequestError } from "./errors";

/** What the runner reads of a container create request; see the Docker Engine API. */
export interface CreateRequest {
  readonly image: string;
  /** Replaces the image's command when given. */
  readonly command: readonly [string, ...string[]] | undefined;
  /** `NAME=value` */
  readonly environment: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** Names that stand for the machine itself. */
  readonly hostAliases: readonly string[];
}

/**
 * Checks the body of a create request. What only isolates a container (privileges, capabilities, limits) is accepted
 * and has no effect on a process; what changes the files it sees is refused.
 *
 * @throws {UnsupportedRequestError} naming the field.
 */
export function parseCreateRequest(body: unknown): CreateRequest {
  const request = recordOf("body", body);
  const hostConfig = recordOf("HostConfig", request["HostConfig"] ?? {});
  if (textsOf("HostConfig.Binds", hostConfig["Binds"]).length > 0) {
    throw new UnsupportedRequestError("HostConfig.Binds", "volumes need containers, and tasks run as processes here");
  }
  if (typeof request["Image"] !== "string") throw new UnsupportedRequestError("Image", "is missing");
  if (textsOf("Entrypoint", request["Entrypoint"]).length > 0) {
    throw new UnsupportedRequestError("Entrypoint", "a local image has none to replace; use command");
  }
  const [program, ...rest] = textsOf("Cmd", request["Cmd"]);
  return {
    image: request["Image"],
    command: program === undefined ? undefined : [program, ...rest],
    environment: textsOf("Env", request["Env"]),
    labels: textMapOf("Labels", request["Labels"]),
    hostAliases: textsOf("HostConfig.ExtraHosts", hostConfig["ExtraHosts"]).flatMap(hostAlias),
  };
}

/** `name:host-gateway`, where `host-gateway` is Docker's word for the machine that runs the container. */
function hostAlias(entry: string): string[] {
  const [name, address] = entry.split(":");
  return name !== undefined && address === "host-gateway" ? [name] : [];
}

function recordOf(field: string, value: unknown): Record<string, unknown> {
  if (!isRecord(value)) throw new UnsupportedRequestError(field, "must be an object");
  return value;
}

function textsOf(field: string, value: unknown): string[] {
  if (value === undefined || value === null) return [];
  const texts = Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
  if (!Array.isArray(value) || texts.length !== value.length) {
    throw new UnsupportedRequestError(field, "must be an array of text");
  }
  return texts;
}

function textMapOf(field: string, value: unknown): Record<string, string> {
  const entries = Object.entries(recordOf(field, value ?? {}));
  return Object.fromEntries(
    entries.map(([key, text]) => {
      if (typeof text !== "string") throw new UnsupportedRequestError(field, `${key} must be text`);
      return [key, text];
    }),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
