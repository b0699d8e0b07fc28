// Slipway's own documentation as a static site: the Build phase of the site `docs`. Run in a checkout; writes dist/.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { linkFrom, pageOf, sourcesOf } from "./pages.mjs";
import { rendered, wholePage } from "./render.mjs";

const root = process.cwd();
const output = join(root, "dist");
const sources = { root, ...sourcesOf(root) };

const style = readFileSync(join(import.meta.dirname, "style.css"), "utf8");
const stylesheet = `assets/style.${createHash("sha256").update(style).digest("hex").slice(0, 8)}.css`;

function write(path, text) {
  const file = join(output, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** From a page to the site's top, so that the site can be served below any path, as a preview is. */
const upFrom = (page) => "../".repeat(page.split("/").length - 1);

const pages = sources.files.map((source) => {
  const text = readFileSync(join(root, source), "utf8");
  return { page: pageOf(source), ...rendered(text, (link) => linkFrom(source, link, sources)) };
});
const titleOf = new Map(pages.map(({ page, title }) => [page, title]));
for (const [folder, files] of Object.entries(sources.lists)) {
  const items = files.map((file) => `- [${titleOf.get(pageOf(file))}](${posix.basename(file)})`).join("\n");
  const source = posix.join(folder, "README.md");
  const text = `# ${folder}\n\n${items}\n`;
  pages.push({ page: pageOf(source), ...rendered(text, (link) => linkFrom(source, link, sources)) });
}

const isShown = (page) => /^(index\.html|docs\/index\.html|docs\/[^/]+\.html|packages\/[^/]+\/index\.html)$/.test(page);
const navigation = pages
  .filter(({ page }) => isShown(page))
  .map(({ page, title }) => ({
    path: page.replace(/(^|\/)index\.html$/, "$1") || "./",
    name: title.replace("@slipway/", ""),
  }));

rmSync(output, { recursive: true, force: true });
for (const { page, title, html } of pages)
  write(page, wholePage({ title, html, up: upFrom(page), navigation, stylesheet }));
// Shown at whatever path is not there.
write("404.html", wholePage({ title: "Not here", html: "<h1>Not here</h1>\n", up: "/", navigation, stylesheet }));
write(stylesheet, style);
process.stdout.write(`${pages.length} pages in dist\n`);
