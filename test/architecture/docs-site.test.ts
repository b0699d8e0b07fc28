import { repositoryRoot } from "@slipway/testing";
import { expect } from "chai";
import { execFileSync, spawnSync } from "node:child_process";
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

const script = (name: string): string => join(repositoryRoot, "scripts", "docs-site", `${name}.mjs`);

describe("the documentation as a site", () => {
  let checkout: string;

  before(() => {
    checkout = mkdtempSync(join(tmpdir(), "slipway-docs-site-"));
    const isText = (path: string) =>
      !/^(node_modules|dist)$/.test(basename(path)) && (statSync(path).isDirectory() || path.endsWith(".md"));
    for (const part of ["README.md", "docs", "packages", "examples"]) {
      cpSync(join(repositoryRoot, part), join(checkout, part), { recursive: true, filter: isText });
    }
    build();
  });

  after(() => rmSync(checkout, { recursive: true }));

  const build = () => execFileSync(process.execPath, [script("build")], { cwd: checkout, stdio: "ignore" });
  const check = () => spawnSync(process.execPath, [script("check")], { cwd: checkout, encoding: "utf8" });
  const page = (path: string) => readFileSync(join(checkout, "dist", path), "utf8");

  it("has a page for each text, whose links are those of the site", () => {
    expect(page("index.html")).to.include('<a href="packages/release-tracker/">packages/release-tracker</a>');
    expect(page("packages/code-push/index.html")).to.include('href="../../examples/code-push/"');
    expect(page("docs/decisions/index.html")).to.include('href="010-promises-are-proven-in-memory.html"');
  });

  it("has no link that leads nowhere", () => {
    const { status, stderr } = check();

    expect(stderr).to.equal("");
    expect(status).to.equal(0);
  });

  it("is stopped by its check where one does", () => {
    appendFileSync(join(checkout, "docs", "glossary.md"), "\n[gone](gone.md), [no heading](../README.md#no-heading)\n");
    build();
    const { status, stderr } = check();

    expect(status).to.equal(1);
    expect(stderr.trim().split("\n")).to.deep.equal([
      "docs/glossary.html: the link gone.md leads nowhere",
      "docs/glossary.html: the link ../#no-heading leads to no heading",
    ]);
  });
});
