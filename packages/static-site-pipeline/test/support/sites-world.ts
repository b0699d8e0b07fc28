import type { Clock } from "@slipway/core";
import type { BatchAnswer, QueueBatch } from "@slipway/aws-runtime";
import {
  BUILD_VARIABLES,
  MESSAGES,
  type DeployRequestMessage,
  type SiteSettings,
  type Status,
} from "../../src/contract";
import { createExecutePipeline } from "../../src/handlers/execute-pipeline";
import { createDeploySite } from "../../src/handlers/deploy-site";
import { createProvisionSite } from "../../src/handlers/provision-site";
import { createStartTeardown, createTeardownSite } from "../../src/handlers/teardown-site";
import { createUpdateBuild } from "../../src/handlers/update-build";
import type { QueueDependencies } from "../../src/handlers/consume";
import { createMemorySites, type MemoryQueue, type MemorySites } from "../../src/library-memory";
import { createSite } from "../../src/operations/create-site";
import { requestProvision } from "../../src/operations/provision-site";

/** Time that passes by a second with each look, and as far as it is told. */
export class QuickTime implements Clock {
  private time = Date.parse("2026-11-21T10:00:00Z");

  now(): Date {
    return new Date((this.time += 1000));
  }

  pass(milliseconds: number): void {
    this.time += milliseconds;
  }
}

export const REPOSITORY = "github.com/octo/shop";

/** Settings of the site that most tests are about. */
export const SETTINGS: SiteSettings = {
  name: "Shop",
  source: { kind: "github", repository: REPOSITORY, branch: "main" },
};

/** Sites in memory with everything that the functions tell. */
export interface World extends MemorySites {
  readonly maxReceives: number;
  readonly giveUp: NonNullable<QueueDependencies["giveUp"]>;
  readonly clock: QuickTime;
  readonly counted: Readonly<Record<string, number>>[];
  readonly lines: { readonly message: string; readonly fields: Readonly<Record<string, unknown>> }[];
}

/** Makes an empty world. */
export function createWorld({ slow = 0, maxReceives = 5 }: { slow?: number; maxReceives?: number } = {}): World {
  const clock = new QuickTime();
  let ids = 0;
  const counted: World["counted"] = [];
  const lines: World["lines"] = [];
  const line = (message: string, fields: object): void => void lines.push({ message, fields: { ...fields } });
  const memory = createMemorySites({
    clock,
    slow,
    maxReceives,
    ids: { next: () => `id-${(ids += 1)}` },
    metrics: { count: (values) => void counted.push({ ...values }) },
    log: { info: line, warn: line },
  });
  const queues: Readonly<Record<string, MemoryQueue>> = {
    ...memory.queues,
    "start-teardown": memory.queues.startTeardown,
  };
  const giveUp = async (queue: string, body: string): Promise<string> => {
    const found = queues[queue];
    if (found === undefined) throw new TypeError(`no dead letters of ${queue}`);
    return found.giveUp(body);
  };
  return { ...memory, clock, counted, lines, maxReceives, giveUp };
}

type Handler = (batch: QueueBatch) => Promise<BatchAnswer>;

/** The functions behind the queues. */
export const functionsOf = (deps: QueueDependencies): Readonly<Record<keyof MemorySites["queues"], Handler>> => ({
  executor: createExecutePipeline(deps),
  deploy: createDeploySite(deps),
  provision: createProvisionSite(deps),
  startTeardown: createStartTeardown(deps),
  teardown: createTeardownSite(deps),
});

/** Delivers everything that waits in all queues, until nothing does. @param deps Those that the functions get. */
export async function settle(world: World, deps: QueueDependencies = world): Promise<void> {
  const functions = functionsOf(deps);
  const names = Object.keys(functions) as (keyof typeof functions)[];
  for (let round = 0; names.some((name) => world.queues[name].messages.length > 0); round += 1) {
    if (round > 1000) throw new Error("the queues never get empty");
    for (const name of names) await deliver(world.queues[name], functions[name]);
  }
}

/** Delivers one message. */
export async function deliver(queue: MemoryQueue, handle: Handler): Promise<void> {
  if (queue.messages.length === 0) return;
  await queue.deliver(1, async (batch) => {
    const Records = batch.map(({ messageId, body, receives }) => ({
      messageId,
      body,
      attributes: { ApproximateReceiveCount: `${receives}` },
    }));
    return (await handle({ Records })).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  });
}

/** Tells the update handler what CodeBuild does. */
export async function codeBuildTells(
  deps: QueueDependencies,
  siteId: string,
  number: number,
  status: string,
  more: { readonly phase?: string; readonly buildId?: string; readonly failed?: string; readonly why?: string } = {},
): Promise<BatchAnswer> {
  const body = JSON.stringify({ Type: "Notification", Message: buildEvent(siteId, number, status, more) });
  return createUpdateBuild(deps)({ Records: [{ messageId: "b1", body, attributes: {} }] });
}

/** An event of CodeBuild, as EventBridge has it. */
export function buildEvent(
  siteId: string,
  number: number,
  status: string,
  { phase = "COMPLETED", buildId = `${siteId}:${number}`, failed, why = "" }: Parameters<typeof codeBuildTells>[4] = {},
): string {
  const variable = (name: string, value: string) => ({ name, value, type: "PLAINTEXT" });
  const phases =
    failed === undefined ? [] : [{ "phase-type": failed, "phase-status": "FAILED", "phase-context": [why] }];
  return JSON.stringify({
    version: "0",
    "detail-type": "CodeBuild Build State Change",
    source: "aws.codebuild",
    detail: {
      "build-status": status,
      "project-name": `demo-${siteId}`,
      "build-id": `arn:aws:codebuild:eu-west-2:000000000000:build/${buildId}`,
      "current-phase": phase,
      "additional-information": {
        phases,
        environment: {
          "environment-variables": [
            variable(BUILD_VARIABLES.site, siteId),
            variable(BUILD_VARIABLES.number, `${number}`),
          ],
        },
        logs: { "deep-link": "https://console.example.org/log" },
      },
    },
  });
}

/** A commit id that ends in a number. */
export const shaOf = (n: number): string => n.toString(16).padStart(40, "c");

/** A request for a commit; the higher the number, the newer. */
export const requestOf = (n: number, more: Partial<DeployRequestMessage> = {}): DeployRequestMessage => ({
  type: MESSAGES.deployRequest,
  site_id: "shop",
  request_id: `push-${n}`,
  trigger: "github",
  branch: "main",
  commit: shaOf(n),
  requested_at: new Date(Date.parse("2026-11-21T09:00:00Z") + n * 1000).toISOString(),
  requested_by: "ada",
  correlation_id: `c${n}`,
  ...more,
});

/** Makes a site, and has it provisioned. */
export async function provisioned(world: World, siteId = "shop", settings: SiteSettings = SETTINGS): Promise<void> {
  await createSite(world, siteId, settings, "c0");
  await requestProvision(world, siteId, "c0");
  await settle(world);
}

/** Has the build that runs succeed, with its archive, and everything after it done. */
export async function buildSucceeds(world: World, number: number, siteId = "shop"): Promise<void> {
  world.builder.archive(siteId, number);
  await codeBuildTells(world, siteId, number, "SUCCEEDED");
  await settle(world);
}

/** Statuses that a site went through, as its events have them. */
export const pathOf = (world: World, siteId = "shop"): readonly Status[] =>
  world.events.published
    .filter(({ type, detail }) => type === "Site Status Changed" && detail["site_id"] === siteId)
    .map(({ detail }) => detail["to"] as Status);

/** Status that a site is in. */
export const statusOf = (world: World, siteId = "shop"): Status | undefined => world.pipelines.rows.get(siteId)?.status;
