import type { Promotion } from "@slipway/artefact-promotion/library";
import type { Receipt } from "@slipway/code-push/library";
import type { CommandContext } from "../context";
import { openPush } from "../push/open-push";
import { trackerStackName, type TrackerArguments } from "../tracker/open-tracker";
import { commitsIn, resolveCommit, sameCommit } from "./commit-id";
import { CommitUnknownError } from "./errors";
import { findPromotions } from "./find-promotions";
import { readTracker, type TrackerView } from "./find-releases";
import { findSites, sitesOf } from "./find-sites";
import type { Trace, TracedEnvironment, TracedHop, TracedRelease } from "./trace";
import { unlessAbsent } from "./unknown-part";

/** What is asked for. */
export interface TraceRequest extends TrackerArguments {
  /** Commit id, or the beginning of one, in lower case. */
  readonly asked: string;
  /** Stack that exports `codePush`. @default the tracker's */
  readonly pushStack?: string | undefined;
  /** Stack that exports `staticSites`. @default the tracker's, if it does */
  readonly siteStack?: string | undefined;
  /** Releases, and deployments of each environment, that are looked through. */
  readonly releases: number;
}

/** Pushes of a commit: of a beginning they may be those of several. */
const PUSHES = 1000;
const NOTHING: TrackerView = { images: [], releases: [], environments: [] };

/**
 * Follows a commit: pushes, promotions of artefacts, images, releases, deployments, what runs, sites.
 *
 * @throws CommitUnknownError, InvalidInputError when the beginning is that of several commits, and what asking throws.
 */
export async function traceCommit(request: TraceRequest, context: CommandContext): Promise<Trace> {
  const { asked } = request;
  const [pushes, tracker, sites] = await Promise.all([
    unlessAbsent(readPushes(request, context)),
    unlessAbsent(readTracker(request, request.releases, context)),
    findSites(request, context),
  ]);
  const pushed = "absent" in pushes ? [] : pushes;
  const inSites = "absent" in sites ? [] : sites;
  const view = "absent" in tracker ? NOTHING : tracker;
  const promotions = await unlessAbsent(readHops(request, pushed, context));
  const hops = "absent" in promotions ? [] : promotions;

  const named = [...pushed.map(({ sha }) => sha), ...view.images.flatMap(({ commit = "" }) => commit)];
  const inKeys = hops.flatMap(({ found }) => found.flatMap(({ key }) => commitsIn(key)));
  const built = inSites.flatMap(({ builds }) => builds.flatMap(({ commit = "" }) => commit));
  const commit = resolveCommit(asked, [...named, ...inKeys, ...built]);

  const trace: Trace = {
    commit,
    pushes: { found: pushed, notice: noticeOf(pushes) },
    hopsNotice: noticeOf(promotions),
    hops: hops.map((hop) => ({ ...hop, found: hop.found.filter((each) => isOf(each, commit, pushed)) })),
    ...followImages(view, commit, noticeOf(tracker)),
    sites: { found: sitesOf(inSites, commit), notice: noticeOf(sites) },
  };
  const isUnknown = [trace.pushes, ...trace.hops, trace.images, trace.sites].every(({ found }) => found.length === 0);
  if (isUnknown) throw new CommitUnknownError(asked, noticesOf(trace));
  return trace;
}

/** Why parts of a trace are not known, each reason once. */
export const noticesOf = ({ pushes, hopsNotice, images, sites }: Trace): readonly string[] => [
  ...new Set([pushes.notice, hopsNotice, images.notice, sites.notice].filter((notice) => notice !== undefined)),
];

const noticeOf = (part: object): string | undefined => ("absent" in part ? String(part.absent) : undefined);

async function readPushes({ asked, pushStack, ...args }: TraceRequest, context: CommandContext) {
  const { client } = await openPush(pushStack ?? trackerStackName(args, context.env), context);
  return client.listPushes({ sha: asked, limit: PUSHES });
}

/** The hops to the environments of the manifest, in its order. */
async function readHops(
  { projectId }: TraceRequest,
  pushes: readonly Receipt[],
  context: CommandContext,
): Promise<readonly TracedHop[]> {
  const { findProject } = await context.libraries.tracker();
  const { project } = findProject({ directory: context.cwd, projectId });
  const stacks = project.environments.map(({ stack }) => stack);
  const hops = await Promise.all(
    stacks.map(async (stack) => ({ stack, found: await findPromotions(stack, pushes, context) })),
  );
  return hops.flatMap(({ stack, found }) => (found === undefined ? [] : [{ stack, ...found }]));
}

/** An artefact is of the commit when its key names it, or when it has the bytes of the commit's archive. */
const isOf = ({ key, proof }: Promotion, commit: string, pushes: readonly Receipt[]): boolean =>
  commitsIn(key).some((word) => sameCommit(word, commit)) ||
  pushes.some(({ checksum_sha256: sum }) => proof.algorithm === "SHA256" && proof.value === sum);

/** The commit's images, the releases with one of them, and what became of those. */
function followImages(
  { images, releases, environments }: TrackerView,
  commit: string,
  notice: string | undefined,
): Pick<Trace, "images" | "releases" | "environments"> {
  const built = images.filter((image) => image.commit !== undefined && sameCommit(image.commit, commit));
  const digests = new Set(built.flatMap(({ digest }) => digest ?? []));
  const uris = new Set(built.map(({ uri }) => uri));
  const isBuilt = (uri: string): boolean => uris.has(uri) || digests.has(uri.replace(/^.*@/, ""));

  const released: readonly TracedRelease[] = releases
    .map((release) => ({
      release,
      services: Object.entries(release.images).flatMap(([service, uri]) => (isBuilt(uri) ? [service] : [])),
    }))
    .filter(({ services }) => services.length > 0);
  const ids = new Set(released.map(({ release }) => release.release_id));
  return {
    images: { found: built, notice },
    releases: released,
    environments: environments.map(({ status, deployments }): TracedEnvironment => ({
      environment: status.environment.id,
      deployments: deployments.filter(({ release_id: id }) => ids.has(id)),
      running: status.services
        .filter(({ running = [] }) => running.some((digest) => digests.has(digest)))
        .map(({ service }) => service),
      notice: status.notice,
    })),
  };
}
