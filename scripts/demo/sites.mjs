import { openSites } from "@slipway/static-site-pipeline/library";
import { execFileSync } from "node:child_process";
import { appendFileSync, cpSync, createWriteStream, readdirSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { setTimeout as pause } from "node:timers/promises";
import { ZipFile } from "yazl";
import { repositoryRoot } from "../root.mjs";
import { lookAt } from "./browser.mjs";
import { findBrowser } from "./find-browser.mjs";
import { CHECKOUT } from "./pushes.mjs";
import { expect } from "./teller.mjs";
import { serveSite, visit } from "./visits.mjs";

const SITE = "docs";
const PREVIEWED = "preview/words";
const generator = (name) => join("scripts", "docs-site", `${name}.mjs`);
const SETTINGS = {
  name: "Slipway's documentation",
  source: { kind: "code-push", repository: CHECKOUT, branch: "main" },
  build: {
    // What `npm ci` would install, and is there already.
    install: 'ln -s "$MODULES" node_modules',
    build: `node ${generator("build")}`,
    test: `node ${generator("check")}`,
    output: "dist",
    environment: { MODULES: join(repositoryRoot, "node_modules") },
  },
  preview_branches: ["preview/*"],
};

/** Where the picture of the site is kept. */
export const PICTURE = join(repositoryRoot, ".slipway", "demo-site.png");

/** The static site of the story: this checkout's own documentation. */
export class Site {
  #teller;
  #client;
  #domain;

  constructor(teller) {
    this.#teller = teller;
  }

  /** Makes the site, and waits until it can be deployed to. */
  async make() {
    const { outputs } = await this.#teller.json(["outputs", "--stack", "tools"]);
    this.#client = openSites(outputs.staticSites.value, { requestedBy: "demo" });
    const settings = join(this.#teller.directory, `${SITE}.json`);
    writeFileSync(settings, JSON.stringify(SETTINGS));
    await this.#slipway("create", SITE, "--settings", settings);
    await this.#slipway("provision", SITE);
    const { site } = await this.#client.show(SITE);
    expect(site.status === "Ready for Deployment", `${SITE} is ${site.status}: ${site.reason}`);
    this.#domain = site.resources.distribution_domain;
  }

  /** Waits until a commit is live. */
  async isLive(sha) {
    const { site } = await this.#until(`${sha} to be live`, async () => {
      const { site: row, builds } = await this.#client.show(SITE, { builds: 10 });
      const failed = builds.find(({ commit, state }) => commit === sha && state === "failed");
      expect(failed === undefined, `the build of ${sha} failed: ${failed?.reason}`);
      return row.status === "Deployed" && row.live?.commit === sha ? { site: row } : undefined;
    });
    this.#teller.say(`https://${this.#domain} is build ${site.live.build_number}, of ${sha.slice(0, 12)}`);
  }

  /** Looks at it as visitors do: in a browser where there is one, else over HTTP. */
  async isSeen() {
    const { status, body, headers } = await visit(this.#domain, "/");
    expect(status === 200 && body.includes("<h1"), `the site answers ${status}`);
    expect(headers["strict-transport-security"] !== undefined, "the site is served without its security headers");
    const lost = await visit(this.#domain, "/no/such/page");
    expect(lost.status === 404 && lost.body.includes("Not here"), `a page that is not there answers ${lost.status}`);
    const served = await serveSite(this.#domain);
    try {
      await this.#photograph(served.url);
    } finally {
      await served.close();
    }
  }

  /** A branch gets a preview, and what is live stays. */
  async isPreviewed(pushes) {
    const text = "# Words\n\nOnly in the preview. Back to [the glossary](glossary.md).\n";
    const sha = await pushes.push({ path: "docs/words.md", text, message: "Words", branch: PREVIEWED });
    const build = await this.#ended(sha);
    expect(build.state === "deployed" && build.preview === PREVIEWED, `the preview is ${build.state}: ${build.reason}`);
    const { previews } = await this.#client.show(SITE);
    const { url } = previews.find(({ branch }) => branch === PREVIEWED) ?? {};
    expect(url !== undefined, `there is no preview of ${PREVIEWED}`);
    const address = new URL("docs/words.html", url);
    const page = await visit(address.hostname, address.pathname);
    expect(page.status === 200 && page.body.includes("Only in the preview"), `the preview answers ${page.status}`);
    const live = await visit(this.#domain, "/docs/words.html");
    expect(live.status === 404, `what is previewed answers ${live.status} on the live site`);
    this.#teller.say(`${address} has the new page, and the live site has not`);
  }

  /** A commit with a broken link is stopped by the Test phase: visitors see what they saw before. */
  async isProtected(pushes) {
    const before = await this.#live();
    const text = "# Broken\n\n[nowhere](nowhere.md)\n";
    const sha = await pushes.push({ path: "docs/broken.md", text, message: "A link to nowhere" });
    const build = await this.#ended(sha);
    expect(build.state === "failed", `a build with a broken link is ${build.state}`);
    this.#teller.say(`build ${build.number} failed: ${build.reason}`);
    const lines = [];
    for await (const { text: line } of this.#client.logs(SITE, { build: build.number })) lines.push(line);
    const why = lines.find((line) => line.includes("leads nowhere"));
    expect(why !== undefined, `the log of build ${build.number} does not tell why:\n${lines.join("\n")}`);
    this.#teller.say(`its log: ${why}`);
    expect((await this.#live()) === before, "a failed build changed the live site");
    expect((await visit(this.#domain, "/docs/broken.html")).status === 404, "the broken page is live");
  }

  /** A zip goes live without a build, and the release before comes back. */
  async isReleasedAndRolledBack() {
    const before = await this.#live();
    const zip = await this.#zip();
    await this.#slipway("release", SITE, "--zip", zip, "--yes");
    expect(
      (await visit(this.#domain, "/docs/glossary.html")).body.includes("By hand, in a zip"),
      "the zip is not live",
    );
    const start = performance.now();
    await this.#slipway("rollback", SITE, "--yes");
    expect((await this.#live()) === before, `${await this.#live()} is live, not ${before}`);
    const { body } = await visit(this.#domain, "/docs/glossary.html");
    expect(!body.includes("By hand, in a zip"), "the page of the zip is still live");
    this.#teller.say(`rolled back without a build, in ${Math.round(performance.now() - start)} ms: ${before} is live`);
  }

  /** Asks for the removal; it takes its time. */
  async remove() {
    await this.#slipway("show", SITE);
    await this.#slipway("teardown", SITE, "--confirm", SITE, "--no-wait");
  }

  /** Waits until nothing of it is left. */
  async isGone() {
    await this.#until(
      "the site to be gone",
      async () => (await this.#client.list()).length === 0 || undefined,
      120_000,
    );
    const { status } = await visit(this.#domain, "/docs/glossary.html");
    expect(status >= 400, `the removed site answers ${status}`);
    this.#teller.say(`https://${this.#domain} is gone, with bucket, distribution and build project`);
  }

  async #photograph(url) {
    let browser;
    try {
      browser = await findBrowser((line) => this.#teller.say(line));
    } catch (error) {
      this.#teller.say(`no screenshot: ${error.message.split("\n")[0]}; the page was checked over HTTP`);
      return;
    }
    const seen = await lookAt(browser, { url, picture: PICTURE, signal: this.#teller.signal });
    const failed = seen.requests.filter(([status]) => status >= 400);
    expect(failed.length === 0, `the browser could not load ${failed.map((request) => request.join(" ")).join(", ")}`);
    expect(seen.title === "Slipway" && seen.text.includes("Release plumbing"), `the browser shows ${seen.title}`);
    this.#teller.say(`a browser shows “${seen.title}”; the screenshot is ${PICTURE}`);
  }

  /** The site built of the texts that are there, with a word more, as somebody's own machine would. */
  async #zip() {
    const folder = join(this.#teller.directory, "by-hand");
    const isText = (path) =>
      !/^(node_modules|dist)$/.test(basename(path)) && (statSync(path).isDirectory() || path.endsWith(".md"));
    for (const part of ["README.md", "docs", "packages", "examples"]) {
      cpSync(join(repositoryRoot, part), join(folder, part), { recursive: true, filter: isText });
    }
    appendFileSync(join(folder, "docs", "glossary.md"), "\nBy hand, in a zip.\n");
    execFileSync(process.execPath, [join(repositoryRoot, generator("build"))], { cwd: folder, stdio: "ignore" });
    const dist = join(folder, "dist");
    const archive = new ZipFile();
    for (const path of readdirSync(dist, { recursive: true })) {
      if (statSync(join(dist, path)).isFile()) archive.addFile(join(dist, path), path);
    }
    archive.end();
    const zip = join(folder, "site.zip");
    await pipeline(archive.outputStream, createWriteStream(zip));
    return zip;
  }

  /** The id of the release that is live. */
  async #live() {
    const { site } = await this.#client.show(SITE);
    return site.live?.release_id;
  }

  /** Waits until the build of a commit has ended, however. */
  #ended(sha) {
    return this.#until(`the build of ${sha}`, async () => {
      const { builds } = await this.#client.show(SITE, { builds: 10 });
      return builds.find(({ commit, state }) => commit === sha && ["deployed", "failed", "superseded"].includes(state));
    });
  }

  #slipway(...words) {
    return this.#teller.slipway(["site", ...words, "--stack", "tools"]);
  }

  /** Asks until there is an answer: nothing tells this process when a site moves. */
  async #until(what, look, limit = 60_000) {
    const deadline = performance.now() + limit;
    for (;;) {
      const found = await look();
      if (found !== undefined) return found;
      expect(performance.now() < deadline, `waited in vain for ${what}`);
      await pause(200, undefined, { signal: this.#teller.signal });
    }
  }
}
