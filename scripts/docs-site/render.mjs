import { Marked } from "marked";

const escapes = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text) => text.replace(/[&<>"]/g, (character) => escapes[character]);

/** The fragment of a heading, as GitHub makes it. */
const slugOf = (text) =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replace(/\s/g, "-");

/**
 * A Markdown text as HTML.
 *
 * @param link Says where a link leads, given what is written.
 * @returns `{ title, html }`: of the first heading, and of the whole.
 */
export function rendered(text, link) {
  const seen = new Map();
  let title;
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth, text: words }) {
        title ??= words.replaceAll("`", "");
        const slug = slugOf(words);
        const count = seen.get(slug) ?? 0;
        seen.set(slug, count + 1);
        const id = count === 0 ? slug : `${slug}-${count}`;
        return `<h${depth} id="${escaped(id)}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      link({ href, tokens }) {
        return `<a href="${escaped(link(href))}">${this.parser.parseInline(tokens)}</a>`;
      },
    },
  });
  const html = marked.parse(text);
  return { title: title ?? "Untitled", html };
}

/**
 * A whole page.
 *
 * @param page `{ title, html, up, navigation, stylesheet }`: `up` leads from the page to the site's top, e.g. `../`.
 */
export const wholePage = ({ title, html, up, navigation, stylesheet }) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title>
<link rel="stylesheet" href="${up}${stylesheet}">
</head>
<body>
<nav>${navigation.map(({ path, name }) => `<a href="${up}${path}">${escaped(name)}</a>`).join("\n")}</nav>
<main>
${html}</main>
</body>
</html>
`;
