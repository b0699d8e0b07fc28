import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import type { SiteSettings } from "../contract";
import { DEFAULT_ERROR_PAGE } from "../core/deploy-layout";
import type { SiteSource, SourceFile } from "../core/deploy-ports";

const PAGE = Buffer.from(
  `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Not found</title>
<h1>Not found</h1>
<p>There is no page at this address.</p>
</html>
`,
);

/** The page that a site without one of its own answers with for what is not there: S3's own answer is XML, with 403. */
const PLAIN: SourceFile = {
  path: DEFAULT_ERROR_PAGE,
  size: PAGE.length,
  sha256: createHash("sha256").update(PAGE).digest("base64"),
  open: async () => Readable.from([PAGE]),
  read: async () => PAGE,
};

/** The same build, with a plain `404.html` where it has none and the site's settings name no other page. */
export const withErrorPage = (source: SiteSource, { error_page, spa_fallback }: SiteSettings): SiteSource => ({
  files: async () => {
    const files = await source.files();
    const isAnswered =
      error_page !== undefined || spa_fallback === true || files.some(({ path }) => path === PLAIN.path);
    return isAnswered || files.length === 0 ? files : [...files, PLAIN];
  },
});
