import type { BuildRecord, Pipeline } from "../core/pipeline";
import type { LogLine } from "../core/ports";
import type { SiteClient, SiteSummary } from "../site-client";
import type { ClientDependencies } from "./client-changes";
import { readPipeline } from "./write-pipeline";

/** Milliseconds between two looks at a log. */
const LOOK_AGAIN = 2_000;
const BUILDS = 10;

/** The commands that only look. */
export const createSiteReads = (deps: ClientDependencies): Pick<SiteClient, "list" | "show" | "logs"> => ({
  list: async () => {
    const all: SiteSummary[] = [];
    for await (const page of deps.pipelines.list()) all.push(...page.map(summaryOf));
    return all.sort((a, b) => (a.site_id < b.site_id ? -1 : 1));
  },
  show: async (siteId, { builds = BUILDS } = {}) => ({
    site: await readPipeline(deps, siteId),
    builds: await deps.pipelines.builds(siteId, builds),
  }),
  logs: (siteId, { build, follow = false, signal } = {}) => logLines(deps, siteId, { build, follow, signal }),
});

function summaryOf({ site_id, settings, status, resources, live, lock, reason, updated_at }: Pipeline): SiteSummary {
  const address = resources.record_name ?? resources.distribution_domain;
  return { site_id, name: settings.name, status, address, live, lock, reason, updated_at };
}

interface LogOptions {
  readonly build: number | undefined;
  readonly follow: boolean;
  readonly signal: AbortSignal | undefined;
}

async function* logLines(
  deps: ClientDependencies,
  siteId: string,
  { build, follow, signal }: LogOptions,
): AsyncIterable<LogLine> {
  const { builder, sleeper } = deps;
  let cursor: string | undefined;
  while (signal?.aborted !== true) {
    const { build_id: id, state } = (await findBuild(deps, siteId, build)) ?? {};
    const waiting = state === "waiting";
    if (id !== undefined) {
      const page = await builder.logs(id, cursor);
      yield* page.lines;
      // The same cursor again is how the end of what there is looks.
      const more = page.lines.length > 0 && page.cursor !== cursor;
      cursor = page.cursor;
      if (more) continue;
      if (page.ended) return;
    }
    if (!follow || (id === undefined && !waiting)) return;
    await sleeper.sleep(LOOK_AGAIN, signal);
  }
}

async function findBuild(
  { pipelines }: ClientDependencies,
  siteId: string,
  number: number | undefined,
): Promise<BuildRecord | undefined> {
  if (number !== undefined) return pipelines.build(siteId, number);
  await readPipeline({ pipelines }, siteId);
  return (await pipelines.builds(siteId, 1))[0];
}
