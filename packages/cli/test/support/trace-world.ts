import type { StackOutputs } from "@slipway/automation";
import { StackNotFoundError } from "@slipway/automation";
import { createArtefactsWorld, connection as hop, roles, type ArtefactsWorld } from "./artefacts-world";
import { connection, createPushWorld, SHOP, type PushWorld } from "./push-world";
import { createSiteWorld, type SiteWorld } from "./site-world";
import type { Pretended } from "./slipway";
import { createTrackerWorld, image, type TrackerWorld } from "./tracker-world";

/** Worlds of pushes, artefacts, releases and sites, side by side as stacks of one project. */
export interface TraceWorld {
  readonly push: PushWorld;
  readonly artefacts: ArtefactsWorld;
  readonly tracker: TrackerWorld;
  readonly sites: SiteWorld;
  readonly pretended: Pretended;
  /** Outputs by stack; one that is not there is not up. */
  readonly stacks: Record<string, StackOutputs>;
  /** Pushes a commit to the repository and archives it. */
  pushed(message: string): Promise<string>;
  /** Puts an artefact into integration and promotes it to staging. */
  promoted(key: string): Promise<void>;
  /** Publishes version `n` of api, built from a commit. */
  built(n: number, commit: string): Promise<void>;
  /** Makes a release of what is latest, and deploys it to these environments. */
  released(...environments: readonly string[]): Promise<string>;
}

/** Nothing in any of them. */
export function createTraceWorld(): TraceWorld {
  const [push, artefacts, tracker] = [createPushWorld(), createArtefactsWorld(), createTrackerWorld()];
  const sites = createSiteWorld();
  const stacks: Record<string, StackOutputs> = {
    tools: { codePush: { value: connection, secret: false } },
    staging: { artefacts: { value: hop, secret: false } },
    production: {},
  };
  let files = 0;
  return {
    push,
    artefacts,
    tracker,
    sites,
    stacks,
    pretended: {
      ...tracker.pretended,
      ...push.pretended,
      ...artefacts.pretended,
      ...sites.pretended,
      automation: {
        outputs: async ({ stack }) => {
          const outputs = stacks[stack];
          if (outputs === undefined) throw new StackNotFoundError(stack);
          return outputs;
        },
        readStackSettings: () => ({ region: "eu-west-1", roles }),
      },
    },
    pushed: async (message) => {
      const sha = push.memory.git.push(SHOP, "refs/heads/main", { "a.txt": String(files++) }, message);
      await archiveAll(push);
      return sha;
    },
    promoted: async (key) => {
      artefacts.make(key);
      await artefacts.client.promoteArtefact({ key });
    },
    built: async (n, commit) => {
      tracker.memory.registry.push(image("api", n), { digest: `sha256:${String(n).padStart(64, "0")}`, commit });
      await tracker.client.publishImage({ service: "api", uri: image("api", n) });
    },
    released: async (...environments) => {
      const { release } = await tracker.client.prepareRelease({ description: "with it" });
      const releaseId = release.release_id;
      for (const environmentId of environments) await tracker.client.deployRelease({ releaseId, environmentId });
      return releaseId;
    },
  };
}

/** Finds what was pushed, and archives it. */
async function archiveAll({ memory, work }: PushWorld): Promise<void> {
  const { createPushClient } = await import("@slipway/code-push/memory");
  await createPushClient(memory).reconcile();
  await work();
}
