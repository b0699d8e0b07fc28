import { startGitServer } from "@slipway/testing";
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../root.mjs";
import { startSshServer } from "./ssh-server.mjs";

const ADA = { name: "Ada", email: "ada@example.org" };
const MAIN = "refs/heads/main";

/** A bare repository in a folder, as a Git host keeps it. */
export class HostedRepository {
  #env;

  constructor(folder) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true });
    this.#env = {
      PATH: process.env.PATH,
      HOME: folder,
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_DIR: folder,
      GIT_INDEX_FILE: join(folder, "demo-index"),
      ...Object.fromEntries(
        ["AUTHOR", "COMMITTER"].flatMap((who) => [
          [`GIT_${who}_NAME`, ADA.name],
          [`GIT_${who}_EMAIL`, ADA.email],
        ]),
      ),
    };
    this.#git(["init", "--bare", "--quiet", "--initial-branch=main"]);
  }

  /** What a commit or branch is at. */
  head(name = MAIN) {
    return this.#git(["rev-parse", name]);
  }

  /** Commits one file on main, on top of what is there. */
  commit(path, text, message) {
    this.#stage(path, text);
    return this.#commitIndex(message, this.#git(["for-each-ref", "--format=%(objectname)", MAIN]));
  }

  /** Begins a branch with one file more than main has. */
  branch(name, path, text, message) {
    this.#stage(path, text);
    const sha = this.#commitIndex(message, this.head(), `refs/heads/${name}`);
    this.#git(["read-tree", MAIN]);
    return sha;
  }

  /** Takes over the commit that a checkout is at, or, where it is no clone, makes one of its files. */
  take(checkout) {
    try {
      this.#git(["fetch", "--quiet", "--no-tags", "--update-shallow", checkout, `HEAD:${MAIN}`]);
      this.#git(["read-tree", MAIN]);
    } catch {
      this.#git(["add", "--all"], { env: { GIT_WORK_TREE: checkout }, cwd: checkout });
      this.#commitIndex("The files of this folder", "");
    }
    return this.head();
  }

  #stage(path, text) {
    const blob = this.#git(["hash-object", "-w", "--stdin"], { input: text });
    this.#git(["update-index", "--add", "--cacheinfo", `100644,${blob},${path}`]);
  }

  #commitIndex(message, parent, ref = MAIN) {
    const parents = parent === "" ? [] : ["-p", parent];
    const sha = this.#git(["commit-tree", this.#git(["write-tree"]), ...parents, "-m", message]);
    this.#git(["update-ref", ref, sha]);
    return sha;
  }

  #git(args, { input = "", env = {}, cwd = this.folder } = {}) {
    const options = { cwd, env: { ...this.#env, ...env }, input, stdio: ["pipe", "pipe", "pipe"] };
    return execFileSync("git", args, options).toString().trim();
  }
}

function hasSsh() {
  try {
    execFileSync("ssh", ["-V"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/**
 * Three repositories on Git hosts of this machine: the checkout itself and another one over HTTP, the third over SSH
 * where there is a client for it.
 */
export async function startGitHosts(root) {
  const folder = (name) => join(root, `${name}.git`);
  const [slipway, site, handbook] = ["slipway", "site", "handbook"].map((name) => new HostedRepository(folder(name)));
  slipway.take(repositoryRoot);
  site.commit("index.html", "<h1>A site</h1>\n", "The site's first page");
  handbook.commit("README.md", "# Handbook\n", "The handbook begins");
  const http = await startGitServer(root);
  const ssh = hasSsh() ? await startSshServer({ path: "/site.git", folder: folder("site") }) : undefined;
  return {
    slipway: { repository: slipway, url: `${http.url}/slipway.git` },
    site: { repository: site, url: ssh?.url ?? `${http.url}/site.git`, credentials: ssh?.credentials },
    handbook: { repository: handbook, url: `${http.url}/handbook.git` },
    close: () => Promise.all([http.close(), ssh?.close()]),
  };
}
