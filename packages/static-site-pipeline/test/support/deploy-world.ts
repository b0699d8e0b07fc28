import { withHooks, type Hook } from "@slipway/testing";
import type { Clock, IdSource, Sleeper, Stopwatch } from "@slipway/core";
import { MemoryDistribution, MemorySite, memorySource, type MemorySiteOptions } from "../../src/adapters/memory-site";
import type { SiteStore } from "../../src/core/deploy-ports";
import type { DeployDependencies } from "../../src/operations/deploy-dependencies";
import { DEPLOY_DEFAULTS } from "../../src/operations/deploy-dependencies";
import { createDeploySite, type DeployRequest, type DeployResult } from "../../src/operations/deploy-site";
import { createPruneSite } from "../../src/operations/prune-site";
import { createRollbackSite } from "../../src/operations/rollback-site";

/** Time that passes when somebody sleeps, and a little with each look. */
export class QuickTime implements Clock, Sleeper, Stopwatch {
  private time = Date.parse("2026-11-25T10:00:00Z");

  now(): Date {
    return new Date((this.time += 1000));
  }

  elapsed(): number {
    return (this.time += 1);
  }

  pass(milliseconds: number): void {
    this.time += milliseconds;
  }

  async sleep(milliseconds: number): Promise<void> {
    this.time += milliseconds;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Ids in a row. */
export const countingIds = (prefix = "id"): IdSource => {
  let count = 0;
  return { next: () => `${prefix}${(count += 1)}` };
};

/** The same bucket with other methods in the place of some of its own. */
export const replacing = (store: SiteStore, methods: Partial<SiteStore>): SiteStore =>
  new Proxy(store, { get: (target, name): unknown => Reflect.get(name in methods ? methods : target, name) });

/** The same bucket, which removes objects one by one: S3 does so, too, in no certain order. */
export const oneByOne = (store: SiteStore): SiteStore =>
  replacing(store, {
    remove: async (objects) => {
      for (const each of objects) await store.remove([each]);
    },
  });

/** The same bucket with a hook around every call, such as `store.put`, whose first argument is a key. */
export const hookedStore = (store: SiteStore, hook: Hook): SiteStore =>
  oneByOne(withHooks({ store }, ["store"], hook).store);

/** Contents of a site, by path. */
export type Contents = Readonly<Record<string, string>>;

/** A site in memory, and what can be done to it. */
export interface DeployWorld {
  readonly site: MemorySite;
  readonly distribution: MemoryDistribution;
  readonly time: QuickTime;
  readonly deps: DeployDependencies;
  deploy(contents: Contents, request?: Partial<DeployRequest>): Promise<DeployResult>;
  rollback(release?: string): Promise<DeployResult>;
  prune(keep?: number): ReturnType<ReturnType<typeof createPruneSite>>;
  /** What visitors can fetch. */
  live(): Contents;
  /** The same site with other dependencies. */
  with(change: Partial<DeployDependencies>): DeployWorld;
}

/** Makes a site that nothing was deployed to. */
export function createDeployWorld(options: MemorySiteOptions = {}): DeployWorld {
  const site = new MemorySite(options);
  const distribution = new MemoryDistribution();
  const time = new QuickTime();
  const parts = { clock: time, stopwatch: time, sleeper: time, ids: countingIds() };
  return worldOf(site, distribution, time, { ...DEPLOY_DEFAULTS, ...parts, store: site, distribution });
}

function worldOf(
  site: MemorySite,
  distribution: MemoryDistribution,
  time: QuickTime,
  deps: DeployDependencies,
): DeployWorld {
  const target = { kind: "live" } as const;
  return {
    site,
    distribution,
    time,
    deps,
    deploy: (contents, request = {}) =>
      createDeploySite(deps)({ target, source: memorySource(contents), requestedBy: "ann", ...request }),
    rollback: (release) => createRollbackSite(deps)({ target, release, requestedBy: "ann" }),
    prune: (keep = 2) => createPruneSite(deps)({ target, keep, grace: 0, requestedBy: "ann" }),
    live: () => site.tree("live/"),
    with: (change) => worldOf(site, distribution, time, { ...deps, ...change }),
  };
}

/** A page that refers to others. */
export const page = (text: string, ...refers: readonly string[]): string =>
  `<!doctype html><title>${text}</title>${refers.map((to) => `<a href="${to}"></a>`).join("")}`;

/** Three releases of a small site: assets with and without hashes come, change and go, and so do pages. */
export const RELEASES: readonly Contents[] = [
  {
    "index.html": page("one", "/assets/app-1a2b3c4d.js", "/style.css", "/about.html", "docs/"),
    "about.html": page("about", "/style.css"),
    "docs/index.html": page("docs", "../assets/app-1a2b3c4d.js", "old.html"),
    "docs/old.html": page("old", "/assets/old-0a0b0c0d.png"),
    "assets/app-1a2b3c4d.js": "one",
    "assets/old-0a0b0c0d.png": "picture",
    "style.css": "a{}",
  },
  {
    "index.html": page("two", "/assets/app-2a2b3c4d.js", "/style.css", "/news.html", "docs/"),
    "news.html": page("news", "/assets/news-3a2b3c4d.js", "/index.html", "/more.html"),
    "more.html": page("more", "/news.html"),
    "docs/index.html": page("docs", "../assets/app-2a2b3c4d.js", "/style.css"),
    "assets/app-2a2b3c4d.js": "two",
    "assets/news-3a2b3c4d.js": "news",
    "style.css": "b{}",
  },
  {
    "index.html": page("three", "/assets/app-1a2b3c4d.js", "/style.css", "/about.html", "/news.html"),
    "about.html": page("about three", "/style.css", "/logo.svg"),
    "news.html": page("news", "/assets/news-3a2b3c4d.js", "/index.html"),
    "assets/app-1a2b3c4d.js": "one",
    "assets/news-3a2b3c4d.js": "news",
    "logo.svg": "<svg/>",
    "style.css": "b{}",
  },
];
