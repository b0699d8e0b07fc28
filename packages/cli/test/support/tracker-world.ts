import { createMemoryTracker, createTrackerClient, type MemoryTracker } from "@slipway/release-tracker/memory";
import type { Project, ReleaseTrackerClient } from "@slipway/release-tracker/library";
import { now, type Pretended } from "./slipway";

const environment = (id: string, name: string, requires?: string) => ({ id, name, stack: id, requires });

/** A project with an environment that waits for another one. */
export const project: Project = {
  id: "shop",
  name: "Shop",
  environments: [environment("staging", "Staging"), environment("production", "Production", "staging")],
};

/** URI of version `n` of a service. */
export const image = (service: string, n: number): string =>
  `000000000000.dkr.ecr.eu-west-2.amazonaws.com/${service}:v${n}`;

/** The process around a tracker in memory, with that tracker. */
export interface TrackerWorld {
  readonly memory: MemoryTracker;
  readonly client: ReleaseTrackerClient;
  readonly pretended: Pretended;
  /** Publishes version `n` of both services. */
  publish(n: number): Promise<void>;
  /** Everything that is stored, as text to compare. */
  stored(): Promise<string>;
}

/** An empty tracker. */
export function createTrackerWorld(): TrackerWorld {
  let ticks = 0;
  const clock = { now: () => new Date(now.getTime() - 3_600_000 + ticks++) };
  const memory = createMemoryTracker({
    project,
    clock,
    requester: { id: "arn:aws:iam::000000000000:user/ada", name: "ada" },
  });
  const client = createTrackerClient(memory);
  return {
    memory,
    client,
    pretended: {
      env: { SLIPWAY_RELEASES_TABLE: "releases", SLIPWAY_DEPLOYMENTS_TABLE: "deployments" },
      tracker: {
        findProject: () => ({ file: ".slipway_project", project, foreignKeys: [] }),
        openReleaseTracker: () => client,
      },
    },
    publish: async (n) => {
      for (const [index, service] of ["api", "web"].entries()) {
        const digest = `sha256:${String(n * 10 + index).padStart(64, "0")}`;
        memory.registry.push(image(service, n), { digest });
        await client.publishImage({ service, uri: image(service, n) });
      }
    },
    stored: async () => {
      const labels = await Promise.all(
        ["latest", "hotfix", "staging", "production"].map(async (label) => [label, await client.listImages({ label })]),
      );
      const tables = Object.entries(memory.tables).map(([name, map]: [string, unknown]) => [
        name,
        map instanceof Map ? [...map] : [],
      ]);
      return JSON.stringify([labels, tables, memory.stacks.updates, memory.events.published]);
    },
  };
}
