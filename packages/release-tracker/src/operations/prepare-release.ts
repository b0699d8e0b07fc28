import { DEFAULT_LABEL, EVENT_TYPES } from "../contract";
import { compareReleases } from "../core/changes";
import { LabelNotFoundError, RequestTokenReusedError, ServiceNotFoundError } from "../core/errors";
import { looksLikeImage, requireIdentifier, requireImage } from "../core/image-reference";
import type { ImageValue } from "../core/ports";
import { toReleaseDocument, toTimestamp } from "../core/release";
import type { Images, Release, ReleaseManifest } from "../core/release";
import { readSnapshot } from "../core/snapshot";
import type { PreparedRelease, PrepareReleaseInput, UpdateReleaseInput } from "../tracker-client";
import type { TrackerDependencies } from "./dependencies";
import { findRelease } from "./lookup";
import { pinDigests } from "./pin-digests";

type Dependencies = Pick<
  TrackerDependencies,
  "project" | "releases" | "deployments" | "labels" | "registry" | "events" | "identity" | "clock" | "ids"
>;

interface Draft {
  readonly images: Images;
  readonly manifest: ReleaseManifest;
}

interface Request {
  readonly description: string;
  readonly token: string | undefined;
  /** The same for the same request. */
  readonly fingerprint: string;
  readonly dryRun: boolean;
}

/** Creates the operation that makes a release of the images under a label. */
export const createPrepareRelease =
  (deps: Dependencies) =>
  async ({
    description,
    fromLabel = DEFAULT_LABEL,
    overrides = {},
    requestToken,
    dryRun = false,
  }: PrepareReleaseInput) => {
    requireIdentifier("from-label", fromLabel);
    const fingerprint = JSON.stringify({
      prepare: { description, fromLabel, overrides: Object.entries(overrides).sort() },
    });
    return makeRelease(deps, { description, token: requestToken, fingerprint, dryRun }, async () => {
      const expected = deps.project.services?.filter((service) => !Object.hasOwn(overrides, service));
      const values = await readSnapshot(deps.labels, deps.project.id, fromLabel, expected);
      const others = await readOverrides(deps, overrides);
      return draft([...values, ...others], { from_label: fromLabel, overrides });
    });
  };

/** Creates the operation that makes a release from an earlier one with some services changed. */
export const createUpdateRelease =
  (deps: Dependencies) =>
  async ({
    releaseId,
    services,
    description,
    fromLabel = DEFAULT_LABEL,
    requestToken,
    dryRun = false,
  }: UpdateReleaseInput) => {
    requireIdentifier("from-label", fromLabel);
    const fingerprint = JSON.stringify({
      update: { releaseId, services: services.toSorted(), description, fromLabel },
    });
    return makeRelease(deps, { description, token: requestToken, fingerprint, dryRun }, async () => {
      const base = await findRelease(deps, releaseId);
      const values = await readServices(deps, fromLabel, services);
      const overrides = Object.fromEntries(services.map((service) => [service, fromLabel]));
      const { images, manifest } = draft(values, { from_label: base.release_manifest.from_label, overrides });
      return { images: { ...base.images, ...images }, manifest: { ...manifest, from_release: base.release_id } };
    });
  };

async function makeRelease(
  deps: Dependencies,
  request: Request,
  compose: () => Promise<Draft>,
): Promise<PreparedRelease> {
  const { project, releases } = deps;
  if (request.token !== undefined) {
    const earlier = await releases.findRequest(project.id, request.token);
    if (earlier !== undefined) return repeat(deps, request, earlier);
  }
  const [composed, [previous], requestedBy] = await Promise.all([
    compose(),
    releases.latest(project.id, 1),
    deps.identity.whoami(),
  ]);
  const { images, warnings } = await pinDigests(deps.registry, composed.images);
  const release = newRelease(deps, request.description, requestedBy, images, composed.manifest);
  if (request.dryRun) return describe(release, previous, warnings, false);
  const { token, fingerprint } = request;
  const outcome = await releases.create(release, token === undefined ? undefined : { token, fingerprint });
  if (!outcome.created) return repeat(deps, request, outcome);
  const detail = { ...toDetail(release), correlation_id: release.release_id };
  const unsent = await deps.events.publish({ type: EVENT_TYPES.releasePrepared, detail });
  return describe(release, previous, unsent === undefined ? warnings : [...warnings, unsent], true);
}

async function repeat(
  deps: Dependencies,
  { token, fingerprint }: Request,
  earlier: { readonly releaseId: string; readonly fingerprint: string },
): Promise<PreparedRelease> {
  if (earlier.fingerprint !== fingerprint) throw new RequestTokenReusedError(token ?? "", earlier.releaseId);
  return describe(await findRelease(deps, earlier.releaseId), undefined, [], false);
}

function newRelease(
  { project, clock, ids }: Dependencies,
  description: string,
  requestedBy: Release["requested_by"],
  images: Images,
  manifest: ReleaseManifest,
): Release {
  const now = clock.now();
  return {
    release_id: ids.next(),
    project_id: project.id,
    project_name: project.name,
    date_created: toTimestamp(now),
    created_at: Math.floor(now.getTime() / 1000),
    last_date_deployed: toTimestamp(now),
    release_manifest: manifest,
    description,
    requested_by: requestedBy,
    images,
  };
}

const describe = (
  release: Release,
  previous: Release | undefined,
  warnings: readonly string[],
  written: boolean,
): PreparedRelease => ({
  release,
  document: toReleaseDocument(release, []),
  changes: compareReleases(previous?.images ?? {}, release.images),
  warnings,
  written,
});

const toDetail = ({ release_id, project_id, images, requested_by }: Release) => ({
  project_id,
  release_id,
  images,
  requested_by,
});

/** Later values win over earlier ones of the same service. */
function draft(values: readonly ImageValue[], manifest: Omit<ReleaseManifest, "parameter_versions">): Draft {
  const byService = new Map(values.map((value) => [value.service, value]));
  const services = [...byService.values()].toSorted((a, b) => (a.service < b.service ? -1 : 1));
  return {
    images: Object.fromEntries(services.map(({ service, uri }) => [service, uri])),
    manifest: {
      ...manifest,
      parameter_versions: Object.fromEntries(
        services.flatMap(({ service, version }) => (version > 0 ? [[service, version]] : [])),
      ),
    },
  };
}

/** Version of an image that does not come from a parameter. */
const NO_PARAMETER = 0;

async function readOverrides(deps: Dependencies, overrides: Images): Promise<readonly ImageValue[]> {
  const values = await Promise.all(
    Object.entries(overrides).map(async ([service, source]): Promise<readonly ImageValue[]> => {
      requireIdentifier("service", service);
      if (!looksLikeImage(source)) return readServices(deps, source, [service]);
      requireImage("service-source", source);
      return [{ service, uri: source, version: NO_PARAMETER }];
    }),
  );
  return values.flat();
}

async function readServices(
  { labels, project }: Dependencies,
  label: string,
  services: readonly string[],
): Promise<readonly ImageValue[]> {
  requireIdentifier("label", label);
  const values = await labels.read(label, services);
  const found = new Set(values.map(({ service }) => service));
  const missing = services.filter((service) => !found.has(service));
  if (missing.length === 0) return values;
  const known = (await labels.list(label)).map(({ service }) => service);
  if (known.length === 0) throw new LabelNotFoundError(project.id, label);
  throw new ServiceNotFoundError(missing, `label ${label}`, known);
}
