import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import type { LocalEnvironment } from "@slipway/local";
import { repositoryRoot } from "@slipway/testing";
import type { Measurement } from "./measure";
import { measureAccept } from "./support/push-accept";
import { measureWork } from "./support/push-work";

const KILOBYTE = 1000;
/** Bytes that a bundle may have, by entry. */
const BUNDLES = {
  "accept-webhook": 300 * KILOBYTE,
  "authorize-webhook": 300 * KILOBYTE,
  "push-code": 1000 * KILOBYTE,
  "reconcile-pushes": 1000 * KILOBYTE,
} as const;

function measureBundles(): readonly Measurement[] {
  return Object.entries(BUNDLES).map(([entry, most]) => {
    const file = join(repositoryRoot, "packages/code-push/dist/lambda", entry, "index.js");
    const bytes = existsSync(file) ? statSync(file).size : Number.POSITIVE_INFINITY;
    return {
      what: `kB of the bundle ${entry}`,
      value: bytes / KILOBYTE,
      bound: most / KILOBYTE,
      detail: `${bytes} bytes`,
    };
  });
}

/** From the webhook to the archive: what it costs, against the least that it could. */
export async function run({ endpoint }: LocalEnvironment): Promise<readonly Measurement[]> {
  return [...measureBundles(), ...(await measureAccept(endpoint)), ...(await measureWork())];
}
