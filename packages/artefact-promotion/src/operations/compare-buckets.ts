import pMap from "p-map";
import { ahead } from "../core/ahead";
import { judgePair, pairListings, type Difference, type ListedPair } from "../core/difference";
import type { ListedObject } from "../core/objects";
import { inScope } from "../core/scope";
import type { CopyDependencies } from "./dependencies";
import { settleSameness, stateOf } from "./prove-copy";

/** What to compare. */
export interface CompareRequest {
  readonly prefix?: string | undefined;
  /** Begin after this key. */
  readonly after?: string | undefined;
  /** Keys of a page. @default 1000 */
  readonly pageSize?: number | undefined;
}

/** Some keys, one after the other, and how they differ. */
export interface ComparedPage {
  /** Objects of the source among them. */
  readonly scanned: number;
  readonly differences: readonly Difference[];
  /** Keys that are the same on both sides. */
  readonly same: readonly string[];
  /** Last key of the page: everything up to it has been compared. */
  readonly cursor: string;
}

/** Compares the two buckets key by key, in order. One request for each thousand keys of a side, unless they differ. */
export async function* compareBuckets(deps: CopyDependencies, request: CompareRequest): AsyncGenerator<ComparedPage> {
  const { hop, objects } = deps;
  const { pageSize = 1000 } = request;
  const prefix = narrower(hop.filter.prefix, request.prefix);
  if (prefix === undefined) return;
  const scope = { prefix, after: request.after };
  const pairs = pairListings(ahead(objects.list(hop.source, scope)), ahead(objects.list(hop.target, scope)));
  let page: ListedPair[] = [];
  for await (const pair of pairs) {
    page.push(pair);
    if (page.length < pageSize) continue;
    yield await comparePage(deps, page);
    page = [];
  }
  if (page.length > 0) yield await comparePage(deps, page);
}

/** What begins with both; undefined where nothing can. */
const narrower = (own = "", asked = ""): string | undefined =>
  asked.startsWith(own) ? asked : own.startsWith(asked) ? own : undefined;

async function comparePage(deps: CopyDependencies, page: readonly ListedPair[]): Promise<ComparedPage> {
  const { hop, limits } = deps;
  const pairs = page.filter(({ key }) => inScope(hop.filter, key));
  const found = await pMap(pairs, (pair) => comparePair(deps, pair), { concurrency: limits.objectsAtOnce });
  return {
    scanned: pairs.filter(({ source }) => source !== undefined).length,
    differences: found.filter((each) => each !== undefined),
    same: pairs.filter((_, index) => found[index] === undefined).map(({ key }) => key),
    cursor: page.at(-1)?.key ?? "",
  };
}

async function comparePair(deps: CopyDependencies, pair: ListedPair): Promise<Difference | undefined> {
  const judged = judgePair(pair);
  switch (judged) {
    case "same":
      return undefined;
    case "extra":
      return { kind: "extra", ...pair };
    case "missing":
      return { kind: isNew(deps, pair.source) ? "in-flight" : "missing", ...pair };
    case "different":
    case "suspect":
      return lookCloser(deps, pair);
  }
}

/** Listings hold no checksums: an object in parts or under a key has another ETag, and is the same nevertheless. */
async function lookCloser(deps: CopyDependencies, pair: ListedPair): Promise<Difference | undefined> {
  const { hop, objects, ledger } = deps;
  const [source, target] = await Promise.all([objects.head(hop.source, pair.key), objects.head(hop.target, pair.key)]);
  if (source === undefined || target === undefined) return { kind: "in-flight", ...pair };
  if ((await settleSameness(deps, source, target)).kind === "same") return undefined;
  const hold = await ledger.hold(pair.key);
  if (hold?.against === stateOf(source)) return { kind: "held", ...pair, hold };
  return { kind: isNew(deps, pair.source) ? "in-flight" : "different", ...pair };
}

const isNew = ({ hop, clock }: CopyDependencies, source: ListedObject | undefined): boolean =>
  source !== undefined && clock.now().getTime() - source.lastModified.getTime() < hop.grace;
