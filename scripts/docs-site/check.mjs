// Whether every link within dist/ leads somewhere, to a heading too: the Test phase of the site `docs`.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, posix } from "node:path";

const root = join(process.cwd(), "dist");
const files = readdirSync(root, { recursive: true })
  .map((path) => path.split("\\").join("/"))
  .filter((path) => statSync(join(root, path)).isFile());
const pages = new Map(
  files.filter((path) => path.endsWith(".html")).map((path) => [path, readFileSync(join(root, path), "utf8")]),
);

/** What is wrong with a link of a page; undefined when it leads somewhere, or away from the site. */
function problemOf(page, link) {
  if (/^[a-z]+:/i.test(link)) return undefined;
  const [path, fragment] = link.split("#");
  const from = path.startsWith("/") ? path.slice(1) : posix.join(posix.dirname(page), path);
  const named = path === "" ? page : posix.normalize(from === "" || from.endsWith("/") ? `${from}index.html` : from);
  const target = pages.has(posix.join(named, "index.html")) ? posix.join(named, "index.html") : named;
  if (!files.includes(target)) return "leads nowhere";
  if (fragment === undefined || pages.get(target)?.includes(` id="${fragment}"`)) return undefined;
  return "leads to no heading";
}

const broken = [...pages].flatMap(([page, html]) =>
  [...html.matchAll(/ (?:href|src)="([^"]*)"/g)]
    .map(([, link]) => ({ page, link, problem: problemOf(page, link) }))
    .filter(({ problem }) => problem !== undefined),
);
for (const { page, link, problem } of broken) process.stderr.write(`${page}: the link ${link} ${problem}\n`);
if (broken.length > 0) process.exit(1);
process.stdout.write(`all links of ${pages.size} pages lead somewhere\n`);
