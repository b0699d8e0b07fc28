import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { startProxy } from "@slipway/testing";
import { GitFixture } from "../../../packages/code-push/test/support/git-fixture";
import { describePairs, inPairs, type Measurement } from "../measure";
import { fillRepository } from "./large-repository";

const SIZE = { files: 5_000, commits: 2_000, rewritten: 20, words: 250 } as const;
const PAIRS = 5;
const run$ = promisify(execFile);
const environment = { PATH: process.env["PATH"] ?? "", GIT_CONFIG_NOSYSTEM: "1", HOME: tmpdir() };
const command = (program: string, args: readonly string[], cwd: string) =>
  run$(program, args, { cwd, env: environment, maxBuffer: 1e9 });

/** Runs something in a folder of its own. */
async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "slipway-bench-push-"));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What the naive worker does: everything, checked out, then zipped. */
const cloneAndZip = (url: string) =>
  inFolder(async (folder) => {
    await command("git", ["clone", "--quiet", url, "all"], folder);
    await command("zip", ["-rqX", "../all.zip", ".", "-x", ".git/*"], join(folder, "all"));
  });

/** The least that git itself can do. */
const fetchAndArchive = (url: string, sha: string) =>
  inFolder(async (folder) => {
    await command("git", ["init", "--bare", "--quiet", "bare"], folder);
    await command("git", ["-C", "bare", "fetch", "--quiet", "--depth=1", url, sha], folder);
    await command("git", ["-C", "bare", "archive", "--format=zip", "--output=../all.zip", sha], folder);
  });

/** Fetches and archives one commit of a large repository, against a full clone with `zip -r` and against git alone. */
export async function measureWork(): Promise<readonly Measurement[]> {
  const fixture = await GitFixture.start();
  const proxy = await startProxy({ target: fixture.server.url });
  try {
    fixture.create("large");
    await fillRepository(join(fixture.root, "large.git"), SIZE);
    const sha = fixture.git("large", ["rev-parse", "refs/heads/main"]);
    const url = `${proxy.url}/large.git`;
    const remote = fixture.remote();
    const repository = fixture.repository("large", { url });
    const digests = new Set<string>();
    const ours = () =>
      remote.withCommit(repository, { ref: "refs/heads/main", sha }, async (commit) => {
        const archive = await commit.archive();
        const hash = createHash("sha256");
        for await (const chunk of archive.open()) hash.update(chunk as Buffer);
        digests.add(`${archive.files} ${hash.digest("hex")}`);
      });
    const bytesOf = async (work: () => Promise<unknown>): Promise<number> => {
      proxy.reset();
      await work();
      return proxy.counts().bytesReceived;
    };
    const [fetched, cloned] = [await bytesOf(ours), await bytesOf(() => cloneAndZip(url))];
    const naive = await inPairs(PAIRS, ours, () => cloneAndZip(url));
    const floor = await inPairs(PAIRS, ours, () => fetchAndArchive(url, sha));
    const [digest = ""] = digests;
    const right = digests.size === 1 && digest.startsWith(`${SIZE.files} `);
    const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
    const what = `${SIZE.files} files and ${SIZE.commits} commits`;
    return [
      {
        what: `bytes fetched of ${what}, against a full clone`,
        value: right ? fetched / cloned : Number.POSITIVE_INFINITY,
        bound: 1 / 5,
        detail: `${megabytes(fetched)} against ${megabytes(cloned)}; every archive had the same bytes: ${right}`,
      },
      { what: "time, against a full clone and zip -r", value: naive.ratio, bound: 0.4, detail: describePairs(naive) },
      {
        what: "time, against git fetch --depth=1 and git archive alone",
        value: floor.ratio,
        bound: 1.3,
        detail: describePairs(floor),
      },
    ];
  } finally {
    await proxy.close();
    await fixture.stop();
  }
}
