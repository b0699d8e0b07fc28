import { IllegalMoveError } from "./errors";
import type { Pipeline } from "./pipeline";
import { isLegal } from "./status";

/**
 * What every store asks of a write before it makes it.
 *
 * @throws IllegalMoveError for a move that the table does not have, TypeError for a version that is not the next one.
 */
export function requireLegalWrite(
  before: Pick<Pipeline, "site_id" | "status" | "version">,
  after: Pick<Pipeline, "site_id" | "status" | "version">,
): void {
  if (before.status !== after.status && !isLegal(before.status, after.status)) {
    throw new IllegalMoveError(before.site_id, before.status, after.status);
  }
  if (after.version !== before.version + 1 || after.site_id !== before.site_id) {
    throw new TypeError(`${before.site_id} is at version ${before.version}, and ${after.version} is not the next one`);
  }
}
