import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { slipway, type Pretended } from "./support/slipway";
import { createTrackerWorld } from "./support/tracker-world";

describe("completion", () => {
  let directory: string;
  let pretended: Pretended;
  let release: string;
  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "slipway-completion-"));
    for (const file of ["Pulumi.yaml", "Pulumi.staging.yaml", "Pulumi.tools.yaml"]) {
      writeFileSync(join(directory, file), "");
    }
    mkdirSync(join(directory, "deep"));
    const world = createTrackerWorld();
    await world.publish(1);
    release = (await world.client.prepareRelease({ description: "" })).release.release_id;
    pretended = { ...world.pretended, cwd: join(directory, "deep") };
  });
  after(() => rmSync(directory, { recursive: true }));

  const complete = async (...words: string[]): Promise<string[]> => {
    const { stdout, exitCode, stderr } = await slipway(["--get-yargs-completions", "slipway", ...words], pretended);
    expect({ exitCode, stderr }).to.deep.equal({ exitCode: 0, stderr: "" });
    return stdout.split("\n").filter((line) => line !== "");
  };

  it("offers commands", async () => {
    expect(await complete("")).to.include.members(["up", "release", "doctor"]);
    expect(await complete("re")).to.have.members(["recover", "refresh", "release"]);
    expect(await complete("release", "de")).to.deep.equal(["deploy"]);
  });

  it("offers options", async () => {
    expect(await complete("release", "deploy", "--env")).to.deep.equal(["--environment"]);
  });

  it("offers the stacks of the project", async () => {
    expect(await complete("up", "--stack", "")).to.deep.equal(["staging", "tools"]);
    expect(await complete("up", "-s", "st")).to.deep.equal(["staging"]);
  });

  it("offers environments, releases, services and labels", async () => {
    expect(await complete("release", "deploy", "-e", "")).to.deep.equal(["staging", "production"]);
    expect(await complete("release", "deploy", "")).to.deep.equal(["latest", release]);
    expect(await complete("release", "deploy", "-e", "staging", "")).to.deep.equal(["latest", release]);
    expect(await complete("release", "diff", "latest", "")).to.deep.equal(["latest", release]);
    expect(await complete("images", "publish", "")).to.deep.equal(["api", "web"]);
    expect(await complete("images", "list", "--label", "l")).to.deep.equal(["latest"]);
  });

  it("offers stacks and the latest backfill of artefacts", async () => {
    expect(await complete("artefacts", "diff", "-s", "")).to.deep.equal(["staging", "tools"]);
    expect(await complete("artefacts", "backfill", "--resume", "")).to.deep.equal(["latest"]);
  });

  it("offers nothing, and prints no error, when values cannot be found out", async () => {
    const findProject = (): never => {
      throw new Error("no manifest");
    };
    const { stdout, stderr, exitCode } = await slipway(
      ["--get-yargs-completions", "slipway", "release", "deploy", "-e", ""],
      { tracker: { findProject } },
    );
    expect({ stdout, stderr, exitCode }).to.deep.equal({ stdout: "", stderr: "", exitCode: 0 });
  });

  it("prints the script of the named shell, or of $SHELL", async () => {
    const bash = await slipway(["completion", "bash"], { env: { SHELL: "/bin/zsh" } });
    const zsh = await slipway(["completion"], { env: { SHELL: "/bin/zsh" } });
    const none = await slipway(["completion"]);
    expect(bash.stdout).to.include("complete -o bashdefault");
    expect(zsh.stdout).to.include("compdef");
    expect(none.exitCode).to.equal(2);
  });
});
