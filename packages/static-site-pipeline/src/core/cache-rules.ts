import { InvalidInputError } from "@slipway/core";
import { lookup } from "mrmime";
import picomatch from "picomatch";
import type { ObjectHeaders } from "./deploy-ports";
import { isPage } from "./site-manifest";

/** How long copies of some files may be kept. */
export interface CacheRule {
  /** Which files, e.g. `assets/**`, relative to the site. */
  readonly glob: string;
  /** The header, e.g. `public, max-age=3600`. */
  readonly cacheControl: string;
}

/** Browsers ask each time; the distribution keeps it until it is told otherwise, which every deploy does. */
const REVALIDATED = "public, max-age=0, s-maxage=31536000, must-revalidate";
/** The name changes with the content. */
const IMMUTABLE = "public, max-age=31536000, immutable";

const TEXT = /^(text\/|application\/(javascript|json|manifest\+json|xml|ld\+json)$|image\/svg\+xml$)/;
const UNKNOWN_TYPE = "application/octet-stream";

/**
 * Whether a file's name holds a hash of its content, as bundlers write them: eight or more letters and digits, both of
 * them, or hexadecimal. A wrong yes costs no correctness at the distribution, since whatever changed under its name is
 * invalidated; a wrong no costs a request.
 */
export function isHashed(path: string): boolean {
  if (isPage(path)) return false;
  const name = path.slice(path.lastIndexOf("/") + 1);
  const parts = name.split(".");
  if (parts.length < 2) return false;
  return parts.slice(0, -1).some((part, index) => {
    const token = index === 0 ? (part.split(/[-_~]/).slice(1).at(-1) ?? "") : part;
    return /^[0-9A-Za-z]{8,64}$/.test(token) && /\d/.test(token) && /[A-Za-z]/.test(token);
  });
}

/** Chooses the headers of a site's files: the first rule that a path matches wins. @throws InvalidInputError */
export function createHeaderRules(rules: readonly CacheRule[] = []): (path: string) => ObjectHeaders {
  const compiled = rules.map(({ glob, cacheControl }) => {
    if (glob === "" || !isHeaderValue(cacheControl)) {
      throw new InvalidInputError("cacheRules", `no glob, or no header: ${JSON.stringify({ glob, cacheControl })}`);
    }
    return { matches: picomatch(glob.replace(/^\//, ""), { dot: true }), cacheControl };
  });
  return (path) => ({
    contentType: contentTypeOf(path),
    cacheControl:
      compiled.find(({ matches }) => matches(path))?.cacheControl ?? (isHashed(path) ? IMMUTABLE : REVALIDATED),
  });
}

const isHeaderValue = (value: string): boolean => /^[\x20-\x7e]+$/.test(value);

/** Media type of a file by its name, with the character set of texts. */
export function contentTypeOf(path: string): string {
  const type = lookup(path) ?? UNKNOWN_TYPE;
  return TEXT.test(type) ? `${type}; charset=utf-8` : type;
}
