import { CONTROL_FOLDER, PREVIEWS_FOLDER, previewLayout, previewSlug } from "../core/deploy-layout";
import type { VersionRef } from "../core/deploy-ports";
import { acquire, readState, type ClaimSession, type Decision } from "./deploy-claim";
import type { DeployDependencies } from "./deploy-dependencies";

/** A branch's preview. */
export interface Preview {
  /** Folder, and label of its URL. */
  readonly slug: string;
  readonly branch: string | undefined;
  /** ISO 8601. */
  readonly publishedAt: string | undefined;
}

/** Creates `listPreviews`. */
export const createListPreviews = (deps: DeployDependencies) => async (): Promise<readonly Preview[]> => {
  const slugs = await deps.store.folders(`${CONTROL_FOLDER}/${PREVIEWS_FOLDER}/`);
  return Promise.all(
    slugs.map(async (slug) => {
      const { state } = await readState(deps, previewLayout(slug));
      return { slug, branch: state.branch, publishedAt: state.releases[0]?.publishedAt };
    }),
  );
};

/** Creates `removePreview`: nothing of the branch's preview is left, no version either. Safe to run again. */
export const createRemovePreview =
  (deps: DeployDependencies) =>
  async (branch: string, requestedBy: string): Promise<void> =>
    removeSlug(deps, previewSlug(branch), requestedBy);

/** Which previews go. */
export interface ExpiryRequest {
  /** Branches that exist. Absent when it is not known. */
  readonly branches?: readonly string[] | undefined;
  /** Previews that were last published longer ago than this go, in milliseconds. @default two weeks */
  readonly unusedFor?: number | undefined;
  readonly requestedBy: string;
}

const UNUSED = 14 * 24 * 3_600_000;

/** Creates `expirePreviews`: removes previews of branches that are gone, and those that nobody publishes any more. */
export const createExpirePreviews =
  (deps: DeployDependencies) =>
  async ({ branches, unusedFor = UNUSED, requestedBy }: ExpiryRequest): Promise<readonly string[]> => {
    const since = new Date(deps.clock.now().getTime() - unusedFor).toISOString();
    const expired = (await createListPreviews(deps)()).filter(({ branch, publishedAt }) => {
      const gone = branches !== undefined && branch !== undefined && !branches.includes(branch);
      return gone || (publishedAt !== undefined && publishedAt < since);
    });
    for (const { slug } of expired) await removeSlug(deps, slug, requestedBy);
    return expired.map(({ slug }) => slug);
  };

async function removeSlug(deps: DeployDependencies, slug: string, holder: string): Promise<void> {
  const layout = previewLayout(slug);
  const id = deps.ids.next();
  const acquired = await acquire(deps, layout, (state): Decision<undefined> => {
    // Without a pointer nothing was ever published, or all of it is gone.
    if (state.fence === 0) return { kind: "outcome", outcome: undefined };
    return { kind: "claim", request: { id, kind: "removal", holder, touches: [] } };
  });
  if (acquired.kind === "outcome") return;
  const { session } = acquired;
  await removeAll(deps, session, layout.files, () => true);
  await deps.distribution?.invalidate(`slipway-${id}`, [`${layout.url}*`]);
  await removeAll(deps, session, layout.control, (key) => key !== layout.pointer);
  // The pointer goes last: as long as it is there, the removal can be taken up again.
  await removeAll(deps, session, layout.pointer, () => true);
}

async function removeAll(
  { store }: DeployDependencies,
  session: ClaimSession,
  prefix: string,
  goes: (key: string) => boolean,
): Promise<void> {
  const doomed: VersionRef[] = [];
  for await (const page of store.versions(prefix)) {
    await session.beat();
    doomed.push(...page.filter(({ key }) => goes(key)).map(({ key, versionId }) => ({ key, versionId })));
  }
  if (doomed.length > 0) await store.remove(doomed);
}
