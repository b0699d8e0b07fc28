import type { JsonValue, StackOutputs } from "@slipway/automation";
import type { Sleeper } from "@slipway/core";
import type { SitesConnection } from "@slipway/static-site-pipeline/library";
import { createSiteClient } from "@slipway/static-site-pipeline/memory";
import { createWorld, type World } from "../../../static-site-pipeline/test/support/sites-world";
import type { Pretended } from "./slipway";

export * from "../../../static-site-pipeline/test/support/sites-world";

/** The output `staticSites` of a stack with a static site pipeline. */
export const connection = {
  name: "demo",
  region: "eu-west-2",
  account: "000000000000",
  table: "sites",
  executorQueueUrl: "https://sqs.example/000000000000/executor",
  artefactBucket: "artefacts",
  queues: { executor: {}, deploy: {} },
};

/** What the stack's AWS provider assumes. */
export const roles = [{ roleArn: "arn:aws:iam::000000000000:role/deployer" }] as const;

/** The process around a static site pipeline in memory, with that pipeline. */
export interface SiteWorld extends World {
  readonly pretended: Pretended;
  /** Connections that were opened. */
  readonly opened: SitesConnection[];
  /** What happens while a command waits, one in each pause. */
  readonly meanwhile: (() => unknown)[];
}

/** No sites yet. @param output What the stack exports. */
export function createSiteWorld(output: JsonValue | undefined = connection): SiteWorld {
  const world = createWorld({ maxReceives: 1 });
  const meanwhile: SiteWorld["meanwhile"] = [];
  const opened: SitesConnection[] = [];
  const sleeper: Sleeper = {
    sleep: async (_milliseconds, signal) => {
      const next = meanwhile.shift();
      if (next === undefined && signal?.aborted !== true) throw new Error("it waits for nothing");
      await next?.();
    },
  };
  return {
    ...world,
    meanwhile,
    opened,
    pretended: {
      automation: {
        outputs: async (): Promise<StackOutputs> =>
          output === undefined ? {} : { staticSites: { value: output, secret: false } },
        readStackSettings: () => ({ region: "eu-west-1", roles }),
      },
      sites: {
        openSites: (given) => {
          opened.push(given);
          return createSiteClient({ ...world, sleeper });
        },
      },
    },
  };
}
