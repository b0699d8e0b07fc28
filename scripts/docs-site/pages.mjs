import { existsSync, readdirSync, statSync } from "node:fs";
import { join, posix } from "node:path";

/** Folders that no page comes from. */
const SKIPPED = new Set(["node_modules", "dist", "coverage", "test"]);

/** The Markdown files below a folder, with slashes, sorted. Hidden folders hold none. */
function markdownBelow(root, folder) {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = posix.join(folder, entry.name);
      if (entry.isDirectory())
        return SKIPPED.has(entry.name) || entry.name.startsWith(".") ? [] : markdownBelow(root, path);
      return entry.name.endsWith(".md") ? [path] : [];
    })
    .sort();
}

/** Where a Markdown file's page is in the site: a README is the page of its folder. */
export const pageOf = (source) =>
  posix.basename(source) === "README.md"
    ? posix.join(posix.dirname(source), "index.html")
    : source.replace(/\.md$/, ".html");

/**
 * The sources of the site, from the checkout's own documentation; a folder of pages without a README gets a list of them.
 *
 * @returns `{ files, lists }`: paths of Markdown files, and folder to the paths of those in it.
 */
export function sourcesOf(root) {
  const files = ["README.md", ...["docs", "packages", "examples"].flatMap((folder) => readable(root, folder))];
  const folders = [...new Set(files.map((file) => posix.dirname(file)).filter((folder) => folder !== "."))];
  const lists = folders
    .filter((folder) => !files.includes(posix.join(folder, "README.md")))
    .map((folder) => [folder, files.filter((file) => posix.dirname(file) === folder)]);
  return { files, lists: Object.fromEntries(lists) };
}

const readable = (root, folder) => (existsSync(join(root, folder)) ? markdownBelow(root, folder) : []);

/**
 * The page that a link of a Markdown file leads to, relative to that file's own page; what is no page stays as it is.
 *
 * @param link As it is written, e.g. `../local#ports`.
 */
export function linkFrom(source, link, { root, files, lists }) {
  if (/^([a-z]+:|#|\/)/i.test(link)) return link;
  const [path, fragment] = link.split("#");
  const target = posix.normalize(posix.join(posix.dirname(source), path)).replace(/\/$/, "");
  const file = isFolder(join(root, target)) ? posix.join(target, "README.md") : target;
  const page = target in lists ? posix.join(target, "index.html") : files.includes(file) ? pageOf(file) : undefined;
  if (page === undefined) return link;
  const relative = posix.relative(posix.dirname(pageOf(source)), page).replace(/(^|\/)index\.html$/, "$1");
  return `${relative || "./"}${fragment === undefined ? "" : `#${fragment}`}`;
}

const isFolder = (path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
