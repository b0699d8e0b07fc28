import type { HistoryEntry } from "@slipway/automation";
import { expect } from "chai";
import { operation, recordedEngine } from "../support/engine";
import { slipway } from "../support/slipway";
import { project } from "../support/tracker-world";

const tracker = { findProject: () => ({ file: ".slipway_project", project, foreignKeys: [] }) };

describe("stack commands", () => {
  it("preview changes nothing, and exits with 3 for changes when asked to", async () => {
    const { automation, calls } = recordedEngine();
    const plain = await slipway(["preview", "-s", "staging"], { automation });
    const coded = await slipway(["preview", "-s", "staging", "--exit-code"], { automation });
    const quiet = await slipway(["preview", "-s", "staging", "--exit-code"], recordedEngine(false));
    expect([plain.exitCode, coded.exitCode, quiet.exitCode]).to.deep.equal([0, 3, 0]);
    expect(calls).to.deep.equal(["preview staging refresh=false", "preview staging refresh=false"]);
  });

  it("up previews, shows, asks, and updates after a yes", async () => {
    const { automation, calls } = recordedEngine();
    const { stdout, stderr, exitCode } = await slipway(["up", "-s", "staging", "--no-color"], {
      automation,
      typed: "y\n",
    });
    expect(calls).to.deep.equal(["preview staging refresh=false", "up staging refresh=false"]);
    expect(stderr.indexOf("create files")).to.be.greaterThan(-1).and.below(stderr.indexOf("Go ahead"));
    expect(stdout).to.include("staging: up 1 create, 2 same in 1s");
    // Told of on stderr while it was made.
    expect(stdout).not.to.include("create files");
    expect(exitCode).to.equal(0);
  });

  it("up --refresh reads the real resources for the update too: a preview records nothing of what it read", async () => {
    const { automation, calls } = recordedEngine();
    await slipway(["up", "-s", "staging", "--refresh", "--yes"], { automation });
    expect(calls).to.deep.equal(["preview staging refresh=true", "up staging refresh=true"]);
  });

  it("up does nothing after a no, and nothing without a terminal", async () => {
    const { automation, calls } = recordedEngine();
    const declined = await slipway(["up", "-s", "staging"], { automation, typed: "n" });
    const nobody = await slipway(["up", "-s", "staging"], { automation });
    expect([declined.exitCode, nobody.exitCode]).to.deep.equal([6, 2]);
    expect(nobody.stderr.trimEnd().split("\n").at(-1)).to.match(/pass --yes$/);
    expect(calls.filter((call) => call.startsWith("up"))).to.be.empty;
  });

  it("history numbers updates only where the backend does", async () => {
    const [startedAt, finishedAt] = [new Date("2026-11-01T10:00:00Z"), new Date("2026-11-01T10:00:04Z")];
    const { changes } = operation("up");
    const update = { kind: "update", result: "succeeded", message: "", startedAt, finishedAt, changes } as const;
    const shown = async (entry: HistoryEntry) => {
      const { stdout } = await slipway(["history", "-s", "staging"], { automation: { history: async () => [entry] } });
      return stdout.split("\n").map((line) => line.trim().split(/\s+/)[0]);
    };

    expect((await shown({ ...update, version: undefined }))[0]).to.equal("WHEN");
    expect((await shown({ ...update, version: 7 })).slice(0, 2)).to.deep.equal(["NO", "7"]);
  });

  it("Ctrl-C at a question exits with 130 and does nothing", async () => {
    const { automation, calls } = recordedEngine();
    const { exitCode } = await slipway(["up", "-s", "staging"], { automation, typed: "\u0003" });
    expect(exitCode).to.equal(130);
    expect(calls.filter((call) => call.startsWith("up"))).to.be.empty;
  });

  it("up does not ask when there is nothing to change", async () => {
    const { automation, calls } = recordedEngine(false);
    const { exitCode } = await slipway(["up", "-s", "staging"], { automation });
    expect(exitCode).to.equal(0);
    expect(calls.at(-1)).to.equal("up staging refresh=false");
  });

  it("up --skip-preview goes at once, and needs --yes", async () => {
    const { automation, calls } = recordedEngine();
    const alone = await slipway(["up", "-s", "staging", "--skip-preview"], { automation });
    await slipway(["up", "-s", "staging", "--skip-preview", "--yes"], { automation });
    expect(alone.exitCode).to.equal(2);
    expect(calls).to.deep.equal(["up staging refresh=false"]);
  });

  for (const [verb, previewed] of [
    ["up", "preview staging refresh=false"],
    ["refresh", "preview staging operation=refresh"],
    ["destroy", "preview staging operation=destroy"],
  ] as const) {
    it(`${verb} --dry-run only previews`, async () => {
      const { automation, calls } = recordedEngine();
      const { stdout } = await slipway([verb, "-s", "staging", "--dry-run", "--yes", "--json"], { automation });
      expect(calls).to.deep.equal([previewed]);
      expect(JSON.parse(stdout)).to.include({ schema: "slipway.operation.v1", dry_run: true, has_changes: true });
    });
  }

  it("prints a line per resource without a terminal, and none with --quiet", async () => {
    const { automation } = recordedEngine();
    const told = await slipway(["up", "-s", "staging", "--yes"], { automation });
    const quiet = await slipway(["up", "-s", "staging", "--yes", "--quiet"], { automation });
    expect(told.stderr).to.include("  create files (aws:s3/bucket:Bucket)");
    expect(quiet.stderr).to.equal("");
  });
});

describe("destroy", () => {
  it("takes --yes for an environment that nothing guards", async () => {
    const { automation, calls } = recordedEngine();
    const { exitCode } = await slipway(["destroy", "-s", "staging", "--yes"], { automation, tracker });
    expect(exitCode).to.equal(0);
    expect(calls.at(-1)).to.equal("destroy staging removeStack=false");
  });

  for (const stack of ["production", "tools"]) {
    it(`does not take --yes for ${stack}, but its name`, async () => {
      const { automation, calls } = recordedEngine();
      const yes = await slipway(["destroy", "-s", stack, "--yes"], { automation, tracker });
      const wrong = await slipway(["destroy", "-s", stack, "--confirm", "staging"], { automation, tracker });
      expect([yes.exitCode, wrong.exitCode]).to.deep.equal([2, 6]);
      expect(yes.stderr).to.include(`pass --confirm ${stack}`);
      expect(calls.filter((call) => call.startsWith("destroy"))).to.be.empty;

      const right = await slipway(["destroy", "-s", stack, "--confirm", stack], { automation, tracker });
      expect(right.exitCode).to.equal(0);
    });
  }

  it("takes the name typed on a terminal", async () => {
    const { automation, calls } = recordedEngine();
    const { exitCode } = await slipway(["destroy", "-s", "production"], { automation, tracker, typed: "production\r" });
    expect(exitCode).to.equal(0);
    expect(calls.at(-1)).to.match(/^destroy production/);
  });
});
