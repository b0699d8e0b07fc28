import { createHeaderRules, type CacheRule } from "../core/cache-rules";
import { checkBuild } from "../core/deploy-build";
import { SiteReleaseExistsError } from "../core/deploy-errors";
import { layoutOf, type SiteLayout, type SiteTarget } from "../core/deploy-layout";
import { touchedBy, type PublishPlan } from "../core/deploy-plan";
import type { SiteSource, SourceFile } from "../core/deploy-ports";
import type { SiteLock, SiteRelease, SiteState } from "../core/deploy-state";
import { manifestDigest, type SiteFile, type SiteFiles } from "../core/site-manifest";
import { acquire, type Decision } from "./deploy-claim";
import type { DeployDependencies } from "./deploy-dependencies";
import { planner, publish, type Transfer } from "./deploy-publish";
import { changeSafely } from "./deploy-recover";
import { shareErrorPage } from "./preview-error-page";

/** A build output, and what it shall be known as. */
export interface DeployRequest {
  readonly target: SiteTarget;
  readonly source: SiteSource;
  /** Id of the release, stable when the same build is deployed again. @default from its contents */
  readonly release?: string | undefined;
  /** Rising number, e.g. of the build: a lower one never replaces a higher one. @default above all others */
  readonly sequence?: number | undefined;
  readonly commit?: string | undefined;
  readonly branch?: string | undefined;
  readonly message?: string | undefined;
  readonly requestedBy: string;
  /** First match wins. */
  readonly cacheRules?: readonly CacheRule[] | undefined;
  /** Page for what is not there; the build must have it. */
  readonly errorPage?: string | undefined;
  /** Publish although the site is locked. @default false */
  readonly override?: boolean | undefined;
}

/** How a deploy ended. */
export type DeployResult =
  | {
      readonly kind: "deployed";
      readonly release: SiteRelease;
      /** Files that were sent or restored. */
      readonly written: readonly string[];
      /** Pages that are gone. */
      readonly removed: readonly string[];
      readonly invalidated: readonly string[];
      /** Files that were there already. */
      readonly unchanged: number;
    }
  | { readonly kind: "unchanged"; readonly release: SiteRelease }
  | { readonly kind: "superseded"; readonly sequence: number; readonly by: SiteRelease | undefined }
  | { readonly kind: "locked"; readonly lock: SiteLock };

interface Prepared {
  readonly request: DeployRequest;
  readonly layout: SiteLayout;
  readonly files: SiteFiles;
  readonly digest: string;
  readonly sources: ReadonlyMap<string, SourceFile>;
  readonly id: string;
}

/** Creates `deploySite`: brings a build output live, and returns how that ended. */
export const createDeploySite =
  (deps: DeployDependencies) =>
  async (request: DeployRequest): Promise<DeployResult> => {
    const prepared = await prepare(request);
    const claimId = deps.ids.next();
    const planFor = planner(prepared.files);
    const acquired = await acquire(deps, prepared.layout, (state) => decide(state, prepared, planFor(state), claimId));
    if (acquired.kind === "outcome") return acquired.outcome;
    const { session } = acquired;
    const { state, dirty } = session;
    const planned = planFor(state, dirty);
    // A manifest of that id is written over: nobody tells of what it told of any more.
    const again = state.releases.some(({ id }) => id === prepared.id) ? touchedBy(planned) : [];
    const plan = { ...planned, leftovers: [...planned.leftovers, ...again] };
    const release = describe(deps, prepared, state);
    const transfer = sending(deps, prepared);
    await changeSafely(deps, session, async () => {
      if (request.target.kind === "preview") await shareErrorPage(deps, prepared);
      await publish(deps, session, { plan, release, transfer, known: false });
    });
    return summarise(plan, release);
  };

/** What was done, for the reader. */
export const summarise = (plan: PublishPlan, release: SiteRelease): DeployResult => {
  const written = Object.values(plan.writes).flatMap((files) => files.map(({ path }) => path));
  const unchanged = plan.files.size - written.length;
  return { kind: "deployed", release, written, removed: plan.remove, invalidated: plan.invalidate, unchanged };
};

async function prepare(request: DeployRequest): Promise<Prepared> {
  const headersOf = createHeaderRules(request.cacheRules);
  const found = await request.source.files();
  checkBuild(found, request.errorPage);
  const sources = new Map(found.map((file) => [file.path, file]));
  const files = new Map(
    found.map(({ path, size, sha256 }): [string, SiteFile] => [path, { path, size, sha256, ...headersOf(path) }]),
  );
  const digest = manifestDigest(files);
  const id = request.release ?? digest.slice(0, 16);
  return { request, layout: layoutOf(request.target), files, digest, sources, id };
}

function decide(
  state: SiteState,
  { request, digest, id }: Prepared,
  plan: PublishPlan,
  claimId: string,
): Decision<DeployResult> {
  const [current] = state.releases;
  const superseded = (): Decision<DeployResult> => ({
    kind: "outcome",
    outcome: { kind: "superseded", sequence: state.sequence, by: current },
  });
  const { sequence } = request;
  if (sequence !== undefined && sequence < state.sequence) return superseded();
  const published = state.releases.find((each) => each.id === id);
  if (published !== undefined && published.digest !== digest) throw new SiteReleaseExistsError(id);
  const isNew = sequence === undefined || sequence > state.sequence;
  // Somebody went back on purpose: the same deploy, delivered again, does not undo that.
  if (!isNew && published !== undefined && published !== current) return superseded();
  // A newer number counts, even with the same contents: what is older than that must not go live any more.
  const known = !isNew || sequence === undefined;
  if (published !== undefined && published === current && known && settled(state)) {
    return { kind: "outcome", outcome: { kind: "unchanged", release: current } };
  }
  if (state.lock !== undefined && request.override !== true) {
    return { kind: "outcome", outcome: { kind: "locked", lock: state.lock } };
  }
  const touches = touchedBy(plan);
  const number = sequence ?? (published?.sequence === state.sequence ? state.sequence : state.sequence + 1);
  const { requestedBy: holder, target } = request;
  const branch = target.kind === "preview" ? target.branch : undefined;
  return { kind: "claim", request: { id: claimId, kind: "deploy", holder, touches, sequence: number, branch } };
}

const settled = ({ claim, suspects }: SiteState): boolean => claim === undefined && suspects.length === 0;

function describe({ clock }: DeployDependencies, prepared: Prepared, state: SiteState): SiteRelease {
  const { commit, branch, message, requestedBy, sequence = state.sequence } = prepared.request;
  const { id, digest } = prepared;
  return { id, digest, sequence, publishedAt: clock.now().toISOString(), commit, branch, message, requestedBy };
}

const sending =
  ({ store }: DeployDependencies, { layout, sources }: Prepared): Transfer =>
  async (file) => {
    const source = sources.get(file.path);
    if (source === undefined) throw new TypeError(`no source of ${file.path}`);
    return store.put(layout.files + file.path, source, file);
  };
