import { createHash } from "node:crypto";

/** Which of a site's trees is meant: what all visitors see, or the preview of one branch. */
export type SiteTarget = { readonly kind: "live" } | { readonly kind: "preview"; readonly branch: string };

/** Folder of the bucket that the distribution serves; nothing outside of it can be fetched by a visitor. */
export const LIVE_FOLDER = "live";
/** Folder of the bucket that holds the previews, one folder each. */
export const PREVIEWS_FOLDER = "previews";
/** Page for what is not there, unless settings name another; below the previews all share one, as a dot is in no preview's name. */
export const DEFAULT_ERROR_PAGE = "404.html";
/** Folder of the bucket that Slipway keeps its own documents in. */
export const CONTROL_FOLDER = ".slipway";

/** Where things are. */
export interface SiteLayout {
  /** Key prefix of the files, with a slash at its end. */
  readonly files: string;
  /** Key of the pointer: what is live, since when, and who is changing it. */
  readonly pointer: string;
  /** Key prefix of Slipway's documents, with a slash at its end. */
  readonly control: string;
  /** Path that visitors see before that of a file, with slashes around it. */
  readonly url: string;
  manifest(release: string): string;
}

/** Longest label that DNS takes, less the hash and what the URL has besides. */
const LONGEST_SLUG = 40;

/** A branch's name as a label of a host name and a folder: the same for the same branch, another for any other. */
export function previewSlug(branch: string): string {
  const plain = branch
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, LONGEST_SLUG);
  if (plain === branch && plain !== "") return plain;
  const hash = createHash("sha256").update(branch).digest("hex").slice(0, 8);
  return `${plain.replace(/-+$/, "") || "branch"}-${hash}`;
}

/** Where a target's files and documents are. */
export function layoutOf(target: SiteTarget): SiteLayout {
  return target.kind === "live" ? folderLayout(LIVE_FOLDER, "/") : previewLayout(previewSlug(target.branch));
}

/** Where a preview's files and documents are. */
export const previewLayout = (slug: string): SiteLayout =>
  folderLayout(`${PREVIEWS_FOLDER}/${slug}`, `/${PREVIEWS_FOLDER}/${slug}/`);

const folderLayout = (folder: string, url: string): SiteLayout => {
  const control = `${CONTROL_FOLDER}/${folder}/`;
  return {
    files: `${folder}/`,
    pointer: `${control}current.json`,
    control,
    url,
    manifest: (release) => `${control}releases/${release}.json`,
  };
};
