// What every script needs first: Node that fits, dependencies as locked, everything built. Uses Node alone, since on a
// fresh clone there is nothing else yet.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "./root.mjs";
import { elapsed, run, say } from "./run.mjs";

const MINIMUM_NODE = [20, 19];

function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor >= MINIMUM_NODE[1])) return;
  say(
    `Node ${process.versions.node} is too old: Slipway needs ${MINIMUM_NODE.join(".")} or newer. Install it and run this again.`,
  );
  process.exit(2);
}

/** npm writes node_modules/.package-lock.json last, so it tells whether an install of this very lock file finished. */
function dependenciesAreInstalled() {
  const installed = join(repositoryRoot, "node_modules", ".package-lock.json");
  if (!existsSync(installed)) return false;
  const wanted = JSON.parse(readFileSync(join(repositoryRoot, "package-lock.json"), "utf8")).packages;
  const present = JSON.parse(readFileSync(installed, "utf8")).packages;
  return Object.entries(wanted).every(
    ([path, { version, optional, link }]) =>
      !path.startsWith("node_modules/") || optional || link || present[path]?.version === version,
  );
}

async function step(what, action) {
  const start = performance.now();
  say(`${what} ...`);
  const code = await action();
  if (code !== 0) {
    say(`${what} failed (exit code ${code}); the lines above say why.`);
    process.exit(1);
  }
  say(`${what}: ${elapsed(start)}`);
}

/** Installs what is missing and builds; a second call on an unchanged checkout takes about a second. */
export async function setUp() {
  checkNode();
  if (!dependenciesAreInstalled()) {
    const npm = process.platform === "win32" ? "npm.cmd" : "npm";
    await step("Installing dependencies", () => run(npm, ["ci", "--no-audit", "--no-fund", "--loglevel=error"]));
  }
  await step("Building", () => run(process.execPath, [join(repositoryRoot, "scripts", "build.mjs")]));
}
