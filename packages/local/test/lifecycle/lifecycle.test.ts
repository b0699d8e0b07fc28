import { appendFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { LocalNotRunningError } from "../../src/errors";
import { stateLayout } from "../../src/layout";
import { localDown } from "../../src/lifecycle/down";
import { findLocal } from "../../src/lifecycle/find";
import { localLogs } from "../../src/lifecycle/logs";
import { stacksOf } from "../../src/lifecycle/pulumi-stacks";
import { writeProcesses, writeRecord } from "../../src/lifecycle/record";
import { localStatus } from "../../src/lifecycle/status";
import { identify } from "../../src/process/identity";
import { scratchFolder } from "../scratch";

const RECORD = {
  endpoint: "http://127.0.0.1:1",
  managed: true,
  toolchain: {
    pulumi: { path: "/bin/pulumi", version: "3.259.0", source: "path" },
    languageHost: { path: "/bin/pulumi-language-nodejs", version: "bundled", source: "path" },
    binDirectories: ["/bin"],
  },
  plugins: {},
} as const;

const DEAD = { pid: process.pid, started: "before the last boot" };

describe("the life of a local environment", () => {
  const folder = scratchFolder();
  let projects = 0;
  const newProject = (): string => {
    projects += 1;
    const directory = join(folder, `project-${projects}`);
    mkdirSync(directory);
    return directory;
  };

  it("is stopped where nothing was started, and `down` is fine there, twice", async () => {
    const directory = newProject();
    expect((await localStatus({ directory })).state).to.equal("stopped");
    expect(findLocal({ directory })).to.equal(undefined);
    for (const attempt of ["first", "second"]) {
      expect(await localDown({ directory }), attempt).to.deep.equal({ stopped: [], deletedState: false });
    }
    expect(existsSync(join(directory, ".slipway"))).to.equal(false);
  });

  it("is stopped where a Pulumi command of an old shell has made its home anew", async () => {
    const directory = newProject();
    mkdirSync(join(stateLayout(directory).pulumiHome, "logs"), { recursive: true });
    expect((await localStatus({ directory })).state).to.equal("stopped");
  });

  it("is broken when `up` never finished, and `down` clears it", async () => {
    const directory = newProject();
    writeProcesses(stateLayout(directory), { emulator: DEAD });
    expect((await localStatus({ directory })).state).to.equal("broken");
    expect(await localDown({ directory })).to.deep.equal({ stopped: [], deletedState: true });
    expect((await localStatus({ directory })).state).to.equal("stopped");
  });

  it("is not found when its emulator's number belongs to another process now", async () => {
    const directory = newProject();
    const layout = stateLayout(directory);
    writeRecord(layout, RECORD);
    writeProcesses(layout, { emulator: DEAD });
    expect(findLocal({ directory })).to.equal(undefined);
    const { state, emulator } = await localStatus({ directory });
    expect({ state, emulator }).to.deep.equal({
      state: "broken",
      emulator: { pid: undefined, running: false, detail: "the emulator is not running any more" },
    });
  });

  it("is found at once while its emulator runs", () => {
    const directory = newProject();
    const layout = stateLayout(directory);
    writeRecord(layout, RECORD);
    const self = identify(process.pid);
    writeProcesses(layout, self === undefined ? {} : { emulator: self });
    expect(findLocal({ directory })).to.include({ directory, endpoint: RECORD.endpoint, stateDirectory: layout.state });
  });

  it("finds the stacks that a project has settings for", () => {
    const directory = newProject();
    for (const file of ["Pulumi.staging.yaml", "Pulumi.production.yml", "Pulumi.md", "other.yaml"]) {
      writeFileSync(join(directory, file), "");
    }
    expect(stacksOf(directory)).to.deep.equal([]);
    writeFileSync(join(directory, "Pulumi.yaml"), "name: test\nruntime: nodejs\n");
    expect(stacksOf(directory)).to.deep.equal(["production", "staging"]);
  });

  describe("its logs", () => {
    const collect = async (options: Parameters<typeof localLogs>[0]): Promise<string[]> => {
      const lines: string[] = [];
      for await (const { source, file, text } of localLogs(options)) lines.push(`${source} ${file} ${text}`);
      return lines;
    };

    const newLogs = (): { directory: string; layout: ReturnType<typeof stateLayout> } => {
      const directory = newProject();
      const layout = stateLayout(directory);
      mkdirSync(layout.taskLogs, { recursive: true });
      writeFileSync(layout.emulatorLog, "ready\nlast line without end");
      writeFileSync(join(layout.taskLogs, "b.log"), "from b\n");
      writeFileSync(join(layout.taskLogs, "a.log"), "from a\n");
      return { directory, layout };
    };

    it("come source by source, each line with its file", async () => {
      const { directory } = newLogs();
      expect(await collect({ directory })).to.deep.equal([
        "emulator emulator.log ready",
        "emulator emulator.log last line without end",
        "task a.log from a",
        "task b.log from b",
      ]);
      expect(await collect({ directory, source: "task" })).to.deep.equal(["task a.log from a", "task b.log from b"]);
    });

    it("are followed line by line, never half a line or half a character", async () => {
      const { directory, layout } = newLogs();
      const abort = new AbortController();
      const lines: string[] = [];
      const [euro1, euro2] = [Buffer.from("€").subarray(0, 1), Buffer.from("€").subarray(1)];
      for await (const { text } of localLogs({ directory, source: "emulator", follow: true, signal: abort.signal })) {
        lines.push(text);
        if (text === "ready") {
          appendFileSync(layout.emulatorLog, ", now ended\n10 ");
          appendFileSync(layout.emulatorLog, euro1);
        }
        if (text.endsWith("now ended")) {
          appendFileSync(layout.emulatorLog, Buffer.concat([euro2, Buffer.from("\n")]));
          abort.abort();
        }
      }
      expect(lines.slice(0, 2)).to.deep.equal(["ready", "last line without end, now ended"]);
      expect(lines.slice(2).every((line) => line === "10 €")).to.equal(true);
    });

    it("need an environment", async () => {
      const error = await collect({ directory: newProject() }).catch((caught: unknown) => caught);
      expect(error).to.be.instanceOf(LocalNotRunningError);
    });
  });
});
