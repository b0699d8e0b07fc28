import { findLocal, localDown, localStatus, localUp } from "@slipway/local";
import { createProject } from "@slipway/testing";
import { expect } from "chai";
import { existsSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { slipway, type Outcome } from "./support/slipway-process";

const INTERRUPTED = 130;
const STARTING = "starting the AWS emulator";
const STARTED = /starting the AWS emulator .*: done/;

describe("Ctrl-C during slipway local up", function () {
  this.timeout(120_000);
  let directory: string;

  beforeEach(() => {
    directory = createProject(realpathSync(mkdtempSync(join(tmpdir(), "slipway-interrupted-"))));
  });
  afterEach(async () => {
    await localDown({ directory });
    rmSync(directory, { recursive: true });
  });

  /** Runs `up` and interrupts it as soon as it says that the emulator starts. */
  const interrupted = (twice: boolean): Promise<Outcome> => {
    const [interrupt, terminate] = [new AbortController(), new AbortController()];
    return slipway(["local", "up"], {
      cwd: directory,
      interrupt: interrupt.signal,
      terminate: terminate.signal,
      onProgress: (stderr) => {
        if (stderr.includes(STARTING)) interrupt.abort();
        if (twice && stderr.includes("Stopping:")) terminate.abort();
      },
    });
  };

  const nothingIsLeft = async (): Promise<void> => {
    expect((await localStatus({ directory })).state).to.equal("stopped");
    expect(existsSync(join(directory, ".slipway", "local"))).to.equal(false);
  };

  it("ends with the step under way, and stops what it had started", async () => {
    const { exitCode, stdout, stderr } = await interrupted(false);

    expect(exitCode, stderr).to.equal(INTERRUPTED);
    expect(stderr).to.match(STARTED).and.to.include("slipway: interrupted");
    expect(stdout).to.equal("");
    await nothingIsLeft();
  });

  it("ends at once when it comes twice", async () => {
    const { exitCode, stderr } = await interrupted(true);

    expect(exitCode, stderr).to.equal(INTERRUPTED);
    expect(stderr).not.to.match(STARTED);
    await nothingIsLeft();
  });

  it("leaves alone what was up before", async () => {
    await localUp({ directory });
    const stopped = new AbortController();
    stopped.abort(new Error("enough"));

    expect(await localUp({ directory, signal: stopped.signal }).catch((error: Error) => error.message)).to.equal(
      "enough",
    );
    expect(findLocal({ directory })).not.to.equal(undefined);
  });
});
