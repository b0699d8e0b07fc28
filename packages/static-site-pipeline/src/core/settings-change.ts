import { isDeepStrictEqual } from "node:util";
import { InvalidInputError } from "@slipway/core";
import type { SiteSettings, Status } from "../contract";
import { hasPreviews } from "./preview-address";

/** What a site is provisioned by, as its distribution, certificate, record and project have it from then on. */
const FIXED: Readonly<Record<string, (settings: SiteSettings) => unknown>> = {
  domain: ({ domain }) => domain,
  "source.kind": ({ source }) => source.kind === "zip",
  spa_fallback: ({ spa_fallback: spa = false }) => spa,
  error_page: ({ error_page: page }) => page,
};

/** Names of the settings that differ. */
export const differingSettings = (before: SiteSettings, after: SiteSettings): readonly string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => {
    const key = name as keyof SiteSettings;
    return !isDeepStrictEqual(before[key], after[key]);
  });

/**
 * Names of the settings that change.
 *
 * @throws InvalidInputError naming one that no longer can: once a site is being provisioned, what it is provisioned by, and
 * whether it has previews where it had none.
 */
export function changedSettings(status: Status, before: SiteSettings, after: SiteSettings): readonly string[] {
  const changed = differingSettings(before, after);
  if (status === "Pre Provisioned") return changed;
  const fixed = Object.keys(FIXED).find((name) => FIXED[name]?.(before) !== FIXED[name]?.(after));
  const field = fixed ?? (hasPreviews(after) && !hasPreviews(before) ? "preview_branches" : undefined);
  if (field === undefined) return changed;
  const hint = "keep it as it is, or tear the site down and create it again";
  throw new InvalidInputError(field, "is what the site was provisioned by, and cannot change any more", hint);
}
