import { createMemoryTracker, createTrackerClient } from "../src/library-memory";
import type { MemoryTracker } from "../src/library-memory";
import type { Project } from "../src/core/manifest";
import type { TrackerDependencies } from "../src/operations";
import type { ReleaseTrackerClient } from "../src/tracker-client";
import { digest, ecr, project as shop } from "./fixtures";
import { VirtualTime } from "./virtual-time";

/** Services of the example project. */
export const SERVICES = ["basket", "cart", "till"];

/** A tracker in memory, its operations and its time. */
export interface World {
  readonly time: VirtualTime;
  readonly memory: MemoryTracker;
  readonly client: ReleaseTrackerClient;
  /** Pushes and publishes version `n` of every service under `latest`. */
  readonly publish: (n: number) => Promise<void>;
  /** Publishes version `n` and makes a release of it. */
  readonly release: (n: number) => Promise<string>;
  /** URI of version `n` of a service, pinned. */
  readonly pinned: (service: string, n: number) => string;
}

/** Makes an empty world. */
export function createWorld(project: Project = shop): World {
  const time = new VirtualTime();
  const base = createMemoryTracker({
    project,
    clock: time.clock(),
    requester: { id: "arn:aws:iam::000000000000:user/ada", name: "ada" },
  });
  const memory: MemoryTracker = {
    ...base,
    sleeper: time,
    stopwatch: time,
    timing: { lease: 30_000, poll: 2_000, stable: 60_000 },
  };
  const client = createTrackerClient(memory);
  const publish = async (n: number): Promise<void> => {
    for (const [index, service] of SERVICES.entries()) {
      memory.registry.push(ecr(service, `${n}`), { digest: digest(n * 100 + index) });
      await client.publishImage({ service, uri: ecr(service, `${n}`) });
    }
  };
  const release = async (n: number): Promise<string> => {
    await publish(n);
    return (await client.prepareRelease({ description: `version ${n}` })).release.release_id;
  };
  const pinned = (service: string, n: number): string =>
    `${ecr(service, `${n}`)}@${digest(n * 100 + SERVICES.indexOf(service))}`;
  return { time, memory, client, publish, release, pinned };
}

/** Ports whose calls can be watched and broken. */
const PORTS = [
  "releases",
  "deployments",
  "leases",
  "holds",
  "labels",
  "registry",
  "stacks",
  "services",
  "events",
] as const;

/** What happens around each call of a port. */
export interface Hook {
  readonly before?: (call: string) => Promise<void> | void;
  readonly after?: (call: string) => Promise<void> | void;
}

/** The same dependencies with a hook around every call of every port; calls are named like `labels.put`. */
export function withHook<T extends TrackerDependencies>(deps: T, hook: Hook): T {
  const hooked = Object.fromEntries(PORTS.map((port) => [port, hookPort(port, deps[port], hook)]));
  return { ...deps, ...hooked };
}

function hookPort<P extends object>(port: string, target: P, { before, after }: Hook): P {
  return new Proxy(target, {
    get: (object, name) => {
      const method: unknown = Reflect.get(object, name);
      if (typeof method !== "function") return method;
      return async (...args: unknown[]): Promise<unknown> => {
        await before?.(`${port}.${String(name)}`);
        const result: unknown = await Reflect.apply(method, object, args);
        await after?.(`${port}.${String(name)}`);
        return result;
      };
    },
  });
}
