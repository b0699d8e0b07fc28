import { execFile, spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import packageJson from "../package.json";

const bin = join(__dirname, "../bin/slipway.js");

/** Runs the built command as a shell would; only what is named is in its environment. */
function slipway(args: readonly string[], env: Record<string, string> = {}, cwd = __dirname) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
    encoding: "utf8",
    cwd,
    env: { PATH: process.env["PATH"] ?? "", ...env },
  });
  return { exitCode: status, stdout, stderr };
}

describe("bin", () => {
  let empty: string;
  before(() => {
    empty = mkdtempSync(join(tmpdir(), "slipway-bin-"));
  });
  after(() => rmSync(empty, { recursive: true }));

  it("prints its version", () => {
    expect(slipway(["--version"])).to.deep.equal({ exitCode: 0, stdout: `${packageJson.version}\n`, stderr: "" });
  });

  it("prints help on stdout", () => {
    const { exitCode, stdout, stderr } = slipway(["--help"]);
    expect({ exitCode, stderr }).to.deep.equal({ exitCode: 0, stderr: "" });
    expect(stdout).to.include("slipway release").and.include("Exit codes:");
  });

  it("exits with 2 for an unknown command", () => {
    const { exitCode, stdout, stderr } = slipway(["rlease"]);
    expect({ exitCode, stdout }).to.deep.equal({ exitCode: 2, stdout: "" });
    expect(stderr).to.include("did you mean release?");
  });

  it("says in one line that there is no Pulumi project", () => {
    const { exitCode, stdout, stderr } = slipway(["preview", "--stack", "x", "--quiet"], {}, empty);
    expect({ exitCode, stdout }).to.deep.equal({ exitCode: 2, stdout: "" });
    expect(stderr.trimEnd().split("\n")).to.have.length(1);
    expect(stderr).to.include("Pulumi.yaml");
  });

  it("says in one line that there is no manifest, without loading anything of AWS's first", () => {
    const { exitCode, stderr } = slipway(["release", "list"], {}, empty);
    expect(exitCode).to.equal(2);
    expect(stderr).to.match(/^slipway: no project manifest in .*\n$/);
  });

  it("completes in a real bash", () => {
    symlinkSync(bin, join(empty, "slipway"));
    const script = [
      'eval "$(slipway completion bash)"',
      "COMP_WORDS=(slipway release de) COMP_CWORD=2",
      '_slipway_completions; echo "${COMPREPLY[@]}"',
    ].join("; ");
    const path = `${empty}:${process.env["PATH"] ?? ""}`;
    const { stdout, stderr } = spawnSync("bash", ["--norc", "-c", script], { encoding: "utf8", env: { PATH: path } });
    expect({ stdout, stderr }).to.deep.equal({ stdout: "deploy\n", stderr: "" });
  });

  it("takes a closed pipe for the end and not for a failure", (done) => {
    const child = execFile(process.execPath, [bin, "--help"], (error) => {
      expect(error).to.equal(null);
      done();
    });
    child.stdout?.destroy();
  });

  it("says in one line that the disk is full", function () {
    // Linux has this device, others have not.
    if (!existsSync("/dev/full")) this.skip();
    const full = openSync("/dev/full", "w");
    const { status, stderr } = spawnSync(process.execPath, [bin, "--help"], {
      encoding: "utf8",
      stdio: ["ignore", full, "pipe"],
    });
    closeSync(full);
    expect(stderr).to.match(/^slipway: stdout cannot be written: ENOSPC: [^\n]*\n$/);
    expect(status).to.equal(1);
  });
});
