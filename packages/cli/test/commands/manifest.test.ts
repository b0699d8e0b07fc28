import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findProject } from "@slipway/release-tracker/library";
import { expect } from "chai";
import { describeGates } from "../../src/doctor/gates";
import { slipway, type Outcome } from "../support/slipway";
import { createTrackerWorld, type TrackerWorld } from "../support/tracker-world";

describe("a project manifest as commands see it", () => {
  let directory: string;
  let world: TrackerWorld;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "slipway-manifest-"));
    world = createTrackerWorld();
  });

  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  /** Runs a command line in a folder whose manifest is the tracker's project with changes to production. */
  const withProduction = (changes: object, ...words: string[]): Promise<Outcome> => {
    const environments = [
      { id: "staging", name: "Staging" },
      { id: "production", name: "Production", ...changes },
    ];
    writeFileSync(join(directory, ".slipway_project"), JSON.stringify({ shop: { name: "Shop", environments } }));
    const tracker = { ...world.pretended.tracker, findProject };
    return slipway(words, { ...world.pretended, cwd: directory, tracker });
  };

  it("refuses a misspelt gate before anything is asked or planned", async () => {
    await world.publish(1);
    await world.client.prepareRelease({ description: "never in staging" });
    const before = await world.stored();

    for (const more of [["--dry-run"], ["--yes"]]) {
      const words = ["release", "deploy", "latest", "-e", "production", ...more];
      const { stdout, stderr, exitCode } = await withProduction({ requres: "staging" }, ...words);

      expect(exitCode).to.equal(2);
      expect(stdout).to.equal("");
      expect(stderr).to.include("shop.environments.1: unknown key `requres`: did you mean `requires`?; to mend it:");
      expect(stderr.trimEnd().split("\n")).to.have.length(1);
    }
    expect(await world.stored()).to.equal(before);
  });

  it("goes on beside keys of other tools, and says on stderr that they are ignored", async () => {
    const { stdout, stderr, exitCode } = await withProduction({ role_arn: "r" }, "release", "list", "--json");

    expect(exitCode).to.equal(0);
    expect(stderr).to.include("ignored, since Slipway has no such key: shop.environments.1.role_arn");
    expect(JSON.parse(stdout)).to.have.property("releases");
  });

  it("names the gates, and that there is none", () => {
    const staging = { id: "staging", name: "Staging", stack: "staging" };
    const production = {
      id: "production",
      name: "Production",
      stack: "production",
      requires: "staging",
      soak_minutes: 30,
      windows: [{ days: ["mon" as const], from: "09:00", to: "17:00", timezone: "UTC" }],
      freezes: [],
    };
    const project = { id: "shop", name: "Shop", environments: [staging, production] };

    expect(describeGates(project)).to.equal(
      "gates: production requires staging for 30 min, production has 1 deployment window",
    );
    expect(describeGates({ ...project, environments: [staging] })).to.equal("no gates");
  });
});
