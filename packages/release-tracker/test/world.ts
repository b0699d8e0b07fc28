import { VirtualTime, type Ports } from "@slipway/testing";
import { createMemoryTracker, createTrackerClient } from "../src/library-memory";
import type { MemoryTracker } from "../src/library-memory";
import type { Project } from "../src/core/manifest";
import type { TrackerDependencies } from "../src/operations";
import type { ReleaseTrackerClient } from "../src/tracker-client";
import { digest, ecr, project as shop } from "./fixtures";

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

/** Every port: the calls that are watched and broken, and around which a process is killed. */
export const PORTS: Ports<TrackerDependencies> = [
  "releases",
  "deployments",
  "leases",
  "holds",
  "labels",
  "registry",
  "stacks",
  "services",
  "events",
];
