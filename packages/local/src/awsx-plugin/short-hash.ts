import { createHash } from "node:crypto";

/** First 8 hex digits of a text's SHA-1: what awsx makes names of. */
export function shortHash(text: string): string {
  return createHash("sha1").update(text).digest("hex").slice(0, 8);
}
