import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { S3Client } from "@aws-sdk/client-s3";
import { processStopwatch, randomIds, realSleeper, systemClock } from "@slipway/aws-runtime";
import type { LocalEnvironment } from "@slipway/local";
import { startProxy } from "@slipway/testing";
import { S3SiteStore } from "../../packages/static-site-pipeline/src/adapters/s3-site-store";
import { folderSource } from "../../packages/static-site-pipeline/src/adapters/site-folder";
import type { SiteBucket } from "../../packages/static-site-pipeline/src/core/deploy-ports";
import { DEPLOY_DEFAULTS } from "../../packages/static-site-pipeline/src/operations/deploy-dependencies";
import { createDeploySite, type DeployResult } from "../../packages/static-site-pipeline/src/operations/deploy-site";
import { createRollbackSite } from "../../packages/static-site-pipeline/src/operations/rollback-site";
import { createSiteBucket, SITE_ACCOUNT, siteS3 } from "../local/static-site-pipeline/site-buckets";
import { installAwsCli } from "./artefacts/aws-cli";
import { describePairs, inPairs, median, time, type Measurement } from "./measure";
import { changedPaths, hashAll, rebuildSite, SITE_FILES, writeSite, wrongFiles } from "./support/site-files";

const FIRST_DEPLOYS = 2;
const REDEPLOYS = 5;
const ROLLBACKS = 5;
const target = { kind: "live" } as const;

/** A site of ours, and what can be timed of it. */
function siteOf(client: S3Client, bucket: SiteBucket, folder: string) {
  const parts = { clock: systemClock, stopwatch: processStopwatch, sleeper: realSleeper, ids: randomIds };
  const deps = { ...DEPLOY_DEFAULTS, ...parts, store: new S3SiteStore(client, bucket) };
  const source = folderSource(folder);
  return {
    bucket,
    deploy: () => createDeploySite(deps)({ target, source, release: undefined, requestedBy: "bench" }),
    /** To a release by its name, as the pipeline does it. */
    rollback: (release: string) => createRollbackSite(deps)({ target, release, requestedBy: "bench" }),
  };
}

function releaseOf(result: DeployResult): string {
  if ("release" in result) return result.release.id;
  throw new Error(`the deploy ended as ${result.kind}`);
}

/** Requests that one deploy of ten changed files makes. */
async function countRequests(endpoint: string, bucket: SiteBucket, folder: string): Promise<readonly Measurement[]> {
  const proxy = await startProxy({ target: endpoint });
  const client = siteS3(proxy.url);
  try {
    await siteOf(client, bucket, folder).deploy();
    const of = (method: string) => proxy.seen.filter((each) => each.method === method);
    const paths = of("PUT").map(({ url }) => new URL(url, endpoint).pathname.split("/").slice(2).join("/"));
    const files = paths.filter((path) => path.startsWith("live/"));
    const own = paths.filter((path) => path.startsWith(".slipway/"));
    const bodies = proxy.counts();
    const detail = `of ${proxy.seen.length} requests; ${bodies.bytesSent} bytes sent, ${bodies.bytesReceived} received`;
    const lists = of("GET").filter(({ url }) => /[?&](list-type|versions|prefix)/.test(url)).length;
    return [
      { what: "files sent, of 5,000 of which 10 changed", value: files.length, bound: changedPaths().length, detail },
      { what: "Slipway's own documents written: claim, manifest, pointer", value: own.length, bound: 3, detail },
      { what: "documents read", value: of("GET").length - lists, bound: 1, detail },
      { what: "listings", value: lists, bound: 0, detail },
    ];
  } finally {
    client.destroy();
    await proxy.close();
  }
}

/**
 * A site of 5,000 files and 100 MB, deployed for the first time; then again after a build that changed 10 of them and
 * the times of all, 5 of them with their length kept; against `aws s3 sync`, which goes by sizes and times.
 */
export async function run({ endpoint }: LocalEnvironment): Promise<readonly Measurement[]> {
  const aws = await installAwsCli(SITE_ACCOUNT);
  const folder = mkdtempSync(join(tmpdir(), "slipway-bench-site-"));
  const client = siteS3(endpoint);
  let round = 0;
  const rebuild = (): void => rebuildSite(folder, (round += 1));
  const sync = ({ name }: SiteBucket, ...more: readonly string[]) =>
    aws.run(endpoint, "s3", "sync", folder, `s3://${name}/live`, "--delete", "--only-show-errors", ...more);
  try {
    writeSite(folder);
    const buckets = await Promise.all(Array.from({ length: 2 * (FIRST_DEPLOYS + 1) }, () => createSiteBucket(client)));
    const fresh = [...buckets];
    const next = (): SiteBucket => fresh.pop() ?? { name: "", owner: "" };
    const first = await inPairs(
      FIRST_DEPLOYS,
      () => siteOf(client, next(), folder).deploy(),
      () => sync(next()),
    );
    const [theirs, ours] = buckets.slice(0, 2) as [SiteBucket, SiteBucket];
    const site = siteOf(client, ours, folder);
    let wrong = await wrongFiles(client, ours, "live/", folder);
    rebuild();
    const counts = await countRequests(endpoint, ours, folder);
    const again = await inPairs(
      REDEPLOYS,
      async () => (rebuild(), await site.deploy()),
      async () => (rebuild(), await sync(theirs)),
    );
    await site.deploy();
    wrong += await wrongFiles(client, ours, "live/", folder);
    const floor = await inPairs(
      REDEPLOYS,
      async () => (rebuild(), await site.deploy()),
      async () => (rebuild(), await hashAll(folder)),
    );
    const before = releaseOf(await site.deploy());
    rebuild();
    const latest = releaseOf(await site.deploy());
    const backs: number[] = [];
    for (let index = 0; index < ROLLBACKS; index += 1) {
      backs.push(await time(() => site.rollback(index % 2 === 0 ? before : latest)));
    }
    await site.rollback(latest);
    wrong += await wrongFiles(client, ours, "live/", folder);
    rebuild();
    await sync(theirs, "--size-only");
    const missed = await wrongFiles(client, theirs, "live/", folder);
    return [
      ...counts,
      { what: "wrong files after our deploys", value: wrong, bound: 0, detail: `--size-only leaves ${missed} of 10` },
      {
        what: "the deploy after a build that changed 10 files, against aws s3 sync",
        value: again.ratio,
        bound: 0.1,
        detail: `${describePairs(again)}; ${aws.version}`,
      },
      {
        what: "the same against reading and hashing alone",
        value: floor.ratio,
        bound: 2,
        detail: describePairs(floor),
      },
      {
        what: `the first deploy of ${SITE_FILES} files, against aws s3 sync`,
        value: first.ratio,
        bound: 0.5,
        detail: describePairs(first),
      },
      {
        what: "a rollback of those 10 files, against their deploy",
        value: median(backs) / floor.ours,
        bound: 0.2,
        detail: `${median(backs).toFixed(1)} ms against ${floor.ours.toFixed(1)} ms`,
      },
    ];
  } finally {
    client.destroy();
    rmSync(folder, { recursive: true });
  }
}
