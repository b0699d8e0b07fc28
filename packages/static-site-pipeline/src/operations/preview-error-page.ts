import { DEFAULT_ERROR_PAGE, PREVIEWS_FOLDER } from "../core/deploy-layout";
import type { SourceFile } from "../core/deploy-ports";
import type { SiteFiles } from "../core/site-manifest";
import type { DeployDependencies } from "./deploy-dependencies";

const KEY = `${PREVIEWS_FOLDER}/${DEFAULT_ERROR_PAGE}`;

/** A build, as far as its error page is concerned. */
export interface ErrorPageBuild {
  readonly request: { readonly errorPage?: string | undefined };
  readonly files: SiteFiles;
  readonly sources: ReadonlyMap<string, SourceFile>;
}

/**
 * Puts the error page of a preview's build, where it has one, in the place of the one that all previews share: the latest
 * build decides. Versions before it are of use to nobody.
 */
export async function shareErrorPage(
  { store }: Pick<DeployDependencies, "store">,
  { request, files, sources }: ErrorPageBuild,
): Promise<void> {
  const path = request.errorPage ?? DEFAULT_ERROR_PAGE;
  const [file, source] = [files.get(path), sources.get(path)];
  if (file === undefined || source === undefined) return;
  await store.put(KEY, source, file);
  for await (const page of store.versions(KEY)) {
    const older = page.filter(({ key, latest }) => key === KEY && !latest);
    if (older.length > 0) await store.remove(older.map(({ key, versionId }) => ({ key, versionId })));
  }
}
