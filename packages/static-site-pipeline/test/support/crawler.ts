import { isPage } from "../../src/core/site-manifest";
import type { MemorySite } from "../../src/adapters/memory-site";
import { parseState } from "../../src/core/deploy-state";

const ROOT = "https://site.example";

/** Path below the site that a reference means. */
function resolve(reference: string, from: string): string {
  const { pathname } = new URL(reference, `${ROOT}/${from}`);
  const path = decodeURIComponent(pathname.slice(1));
  return path === "" || path.endsWith("/") ? `${path}index.html` : path;
}

/**
 * References of pages to what is not there, as `page -> path`: of all pages of the release that the pointer names, and
 * of all that one gets to from them.
 */
export function brokenReferences(site: MemorySite, folder = "live/"): string[] {
  const pointer = site.current(`.slipway/${folder}current.json`)?.body?.toString();
  const state = pointer === undefined ? undefined : parseState("pointer", pointer);
  const queue = [...(state?.live.keys() ?? [])].filter(isPage);
  const seen = new Set(queue);
  const broken = queue.filter((path) => site.current(folder + path) === undefined).map((path) => `live -> ${path}`);
  for (let from = queue.pop(); from !== undefined; from = queue.pop()) {
    const body = site.current(folder + from)?.body?.toString() ?? "";
    for (const [, reference = ""] of body.matchAll(/(?:href|src)="([^"]+)"/g)) {
      const path = resolve(reference, from);
      if (site.current(folder + path) === undefined) broken.push(`${from} -> ${path}`);
      else if (isPage(path) && !seen.has(path)) {
        seen.add(path);
        queue.push(path);
      }
    }
  }
  return broken;
}
