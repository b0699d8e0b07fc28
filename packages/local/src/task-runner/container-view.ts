import type { Container } from "./container";

const NEVER = "0001-01-01T00:00:00Z";

/** Name of the one network that all containers seem to be on. */
const NETWORK = "slipway";

const networks = (address: string) => ({ [NETWORK]: { IPAddress: address, IPPrefixLen: 8, NetworkID: NETWORK } });

/**
 * A container as the inspect endpoint shows it, without its environment: that may hold secrets, and whoever may know
 * them has the task definition.
 */
export function inspectView(container: Container) {
  const { spec, status } = container;
  return {
    Id: spec.id,
    Name: `/${spec.name}`,
    Created: spec.createdAt.toISOString(),
    Path: spec.command[0],
    Args: spec.command.slice(1),
    Image: spec.imageDigest,
    State: {
      Status: status,
      Running: status === "running",
      Paused: false,
      Restarting: false,
      OOMKilled: false,
      Dead: false,
      Pid: container.pid ?? 0,
      ExitCode: container.exitCode,
      Error: "",
      StartedAt: container.startedAt?.toISOString() ?? NEVER,
      FinishedAt: container.finishedAt?.toISOString() ?? NEVER,
    },
    Config: { Image: spec.image, Cmd: spec.command, Labels: spec.labels, Tty: false, WorkingDir: spec.folder },
    HostConfig: { NetworkMode: NETWORK, LogConfig: { Type: "json-file", Config: {} } },
    NetworkSettings: { IPAddress: spec.address, Ports: {}, Networks: networks(spec.address) },
    Mounts: [],
  };
}

/** A container as the list endpoint shows it. */
export function listView(container: Container) {
  const { spec, status } = container;
  return {
    Id: spec.id,
    Names: [`/${spec.name}`],
    Image: spec.image,
    ImageID: spec.imageDigest,
    Command: spec.command.join(" "),
    Created: Math.floor(spec.createdAt.getTime() / 1000),
    State: status,
    Status: status,
    Labels: spec.labels,
    Ports: [],
    NetworkSettings: { Networks: networks(spec.address) },
    Mounts: [],
  };
}
