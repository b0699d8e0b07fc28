import type { SiteRelease, SiteState } from "./deploy-state";
import type { SiteFiles } from "./site-manifest";

/** A version of a file. */
export interface FileVersion {
  readonly path: string;
  readonly versionId: string;
}

/** What goes when releases are kept no more. */
export interface PrunePlan {
  /** Files of no kept release: they can no longer be fetched. */
  readonly dead: readonly string[];
  /** Versions that no kept release needs. */
  readonly versions: readonly FileVersion[];
  /** Versions that are needed, by path. */
  readonly needed: ReadonlyMap<string, ReadonlySet<string>>;
  /** Files that still have a version that no manifest tells of, once all is done. */
  readonly leftoversAfter: readonly string[];
}

/** Which releases stay: the latest, and those that were live not long ago. @param since ISO 8601 */
export function splitReleases(
  releases: readonly SiteRelease[],
  keep: number,
  since: string,
): { readonly kept: SiteRelease[]; readonly dropped: SiteRelease[] } {
  const stays = ({ replacedAt }: SiteRelease, index: number): boolean =>
    index < Math.max(1, keep) || replacedAt === undefined || replacedAt > since;
  return { kept: releases.filter(stays), dropped: releases.filter((each, index) => !stays(each, index)) };
}

/** Compares what kept releases need with what the others had. */
export function planPrune(state: SiteState, kept: readonly SiteFiles[], dropped: readonly SiteFiles[]): PrunePlan {
  const told = versionsByPath(kept);
  const needed = versionsByPath([...kept, state.live]);
  const candidates = new Set([...dropped.flatMap((files) => [...files.keys()]), ...state.leftovers]);
  const versions = [...versionsByPath(dropped)].flatMap(([path, ids]) =>
    [...ids].filter((id) => needed.get(path)?.has(id) !== true).map((versionId) => ({ path, versionId })),
  );
  return {
    dead: [...candidates].filter((path) => !needed.has(path)).sort(),
    versions,
    needed,
    leftoversAfter: state.leftovers.filter((path) => {
      const live = state.live.get(path)?.versionId;
      return live !== undefined && told.get(path)?.has(live) !== true;
    }),
  };
}

function versionsByPath(manifests: readonly SiteFiles[]): Map<string, Set<string>> {
  const versions = new Map<string, Set<string>>();
  for (const files of manifests) {
    for (const { path, versionId = "" } of files.values()) {
      versions.set(path, (versions.get(path) ?? new Set()).add(versionId));
    }
  }
  return versions;
}
