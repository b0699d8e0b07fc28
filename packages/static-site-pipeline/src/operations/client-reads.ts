import pMap from "p-map";
import { NoBuildLogError } from "../core/errors";
import type { BuildRecord, Pipeline } from "../core/pipeline";
import type { LogLine } from "../core/ports";
import { needsBuild } from "../core/requests";
import type { SiteClient, SiteSummary } from "../site-client";
import type { ClientDependencies } from "./client-dependencies";
import { readPipeline } from "./write-pipeline";

/** Milliseconds between two looks at a log. */
const LOOK_AGAIN = 2_000;
const BUILDS = 10;
/** Builds of each site that a commit is looked for in, and sites that are looked at at once. */
const TRACED = 50;
const SITES_AT_ONCE = 10;

/** The commands that only look. */
export const createSiteReads = (deps: ClientDependencies): Pick<SiteClient, "list" | "show" | "trace" | "logs"> => ({
  list: () => list(deps),
  trace: async (commit, { builds = TRACED } = {}) => {
    const look = async (site: SiteSummary) => {
      const kept = await deps.pipelines.builds(site.site_id, builds);
      return { site, builds: kept.filter((each) => each.commit?.startsWith(commit)) };
    };
    const looked = await pMap(await list(deps), look, { concurrency: SITES_AT_ONCE });
    return looked.filter((each) => each.builds.length > 0);
  },
  show: async (siteId, { builds = BUILDS } = {}) => {
    const site = await readPipeline(deps, siteId);
    const [contents, kept] = await Promise.all([deps.deployer.contents(site), deps.pipelines.builds(siteId, builds)]);
    return { site, ...contents, builds: kept };
  },
  logs: (siteId, { build, follow = false, signal } = {}) => logLines(deps, siteId, { build, follow, signal }),
});

async function list({ pipelines }: Pick<ClientDependencies, "pipelines">): Promise<readonly SiteSummary[]> {
  const all: SiteSummary[] = [];
  for await (const page of pipelines.list()) all.push(...page.map(summaryOf));
  return all.sort((a, b) => (a.site_id < b.site_id ? -1 : 1));
}

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
    const { build_id: id, state } = await findBuild(deps, siteId, build);
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

/** The build whose log is meant. @throws SiteNotFoundError, NoBuildLogError when none is meant that has a log */
async function findBuild(
  { pipelines }: ClientDependencies,
  siteId: string,
  number: number | undefined,
): Promise<BuildRecord> {
  await readPipeline({ pipelines }, siteId);
  const found = number === undefined ? (await pipelines.builds(siteId, 1))[0] : await pipelines.build(siteId, number);
  if (found === undefined) throw new NoBuildLogError(siteId, number, "there is no such build");
  if (needsBuild(found)) return found;
  throw new NoBuildLogError(siteId, found.number, `nothing was built for a ${found.trigger}`);
}
