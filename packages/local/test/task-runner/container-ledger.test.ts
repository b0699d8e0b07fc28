import { expect } from "chai";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EngineHarness } from "./support/engine-harness";

const LABELS = { "com.amazonaws.ecs.task-arn": "arn:aws:ecs:eu-west-2:222222222222:task/c/1" };

describe("the ledger of containers", () => {
  let folder: string;
  let harness: EngineHarness;

  const restart = async () => {
    await harness.close();
    harness = new EngineHarness(folder);
    await harness.open();
  };

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "slipway-ledger-"));
    harness = new EngineHarness(folder);
    await harness.open();
    harness.addImage("up:1", "setInterval(() => {}, 1000)");
  });
  afterEach(async () => {
    await harness.close();
    rmSync(folder, { recursive: true });
  });

  it("lets the next runner say that the containers of the last one have exited", async () => {
    const id = await harness.run("up:1", { Labels: LABELS }, "web");
    await restart();
    const { json } = await harness.call("GET", `/containers/${id}/json`);
    expect(json["State"]).to.include({ Status: "exited", ExitCode: 137 });
    expect(json["Config"]).to.deep.include({ Image: "up:1", Labels: LABELS });
    expect((await harness.call("POST", `/containers/${id}/wait`)).json).to.deep.equal({ StatusCode: 137 });
    expect((await harness.call("POST", `/containers/${id}/stop`)).status).to.equal(304);
    expect((await harness.call("POST", `/containers/${id}/start`)).status).to.equal(409);
  });

  it("forgets a container when it is removed", async () => {
    const id = await harness.run("up:1");
    await restart();
    expect((await harness.call("DELETE", `/containers/${id}`)).status).to.equal(204);
    await restart();
    expect((await harness.call("GET", `/containers/${id}/json`)).status).to.equal(404);
  });

  it("keeps no variable of a container", async () => {
    await harness.run("up:1", { Env: ["TOKEN=canary"] });
    const text = readFileSync(harness.ledgerPath, "utf8");
    expect(text).to.include("up:1");
    expect(text).not.to.include("canary");
  });
});
