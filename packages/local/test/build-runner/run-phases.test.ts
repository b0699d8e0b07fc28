import { expect } from "chai";
import { mkdirSync, mkdtempSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseBuildspec } from "../../src/build-runner/buildspec";
import { KeptShell } from "../../src/build-runner/kept-shell";
import type { BuildNews } from "../../src/build-runner/order";
import { runPhases } from "../../src/build-runner/run-phases";
import { identify } from "../../src/process/identity";
import { scratchFolder } from "../scratch";

const NO_GUARD = { started: () => {}, ended: () => {} };

/** Resolves once there is no such process, or only its remains. */
async function ended(pid: number): Promise<void> {
  while (identify(pid) !== undefined) await sleep(10);
}

describe("phases of a build", () => {
  const scratch = scratchFolder();
  const shellIn = (folder: string, line: (text: string) => void, signal = new AbortController().signal) => {
    const [state, directory] = [join(folder, "state"), join(folder, "src")];
    for (const each of [state, directory]) mkdirSync(each, { recursive: true });
    const environment = { PATH: process.env["PATH"] ?? "", GIVEN: 'it\'s "given" $HOME' };
    return new KeptShell({ shell: "sh", state, directory, environment, guard: NO_GUARD, line, signal });
  };
  /** Runs phases; answers what was printed, and how each phase ended. */
  const run = async (phases: object) => {
    const printed: string[] = [];
    const ended: string[] = [];
    const tell = (news: BuildNews) => void (news.kind === "ended" && ended.push(`${news.phase} ${news.status}`));
    const spec = parseBuildspec(JSON.stringify({ version: "0.2", phases }));
    const { signal } = new AbortController();
    const shell = shellIn(mkdtempSync(join(scratch, "build-")), (text) => printed.push(text));
    const result = await runPhases(spec, { shell, tell, line: () => {}, signal });
    return { printed, ended, ...result };
  };

  it("share variables and folder, whatever is in them", async () => {
    const { printed, succeeded } = await run({
      install: { commands: ['export KEPT="two\nlines, it\'s"; mkdir a; cd a; unexported=1'] },
      build: { commands: ['echo "$KEPT|$GIVEN|${PWD##*/}|$unexported"'] },
    });

    expect(printed).to.deep.equal(["two", "lines, it's|it's \"given\" $HOME|a|"]);
    expect(succeeded).to.equal(true);
  });

  it("end with an install that fails, and go on to post_build after a build that does", async () => {
    const install = await run({ install: { commands: ["false", "echo no"] }, build: { commands: ["echo no"] } });
    expect(install).to.deep.equal({ printed: [], ended: ["INSTALL FAILED"], succeeded: false, keepsArtifacts: false });

    const build = await run({
      build: { commands: ["exit 7", "echo no"], finally: ["echo finally"] },
      post_build: { commands: ["echo $CODEBUILD_BUILD_SUCCEEDING"] },
    });
    expect(build.printed).to.deep.equal(["finally", "0"]);
    expect(build.ended.slice(2)).to.deep.equal(["BUILD FAILED", "POST_BUILD SUCCEEDED"]);
    expect(build).to.deep.include({ succeeded: false, keepsArtifacts: true });
  });

  it("abort or continue as they are told to", async () => {
    const aborted = await run({
      build: { commands: ["false"], "on-failure": "ABORT" },
      post_build: { commands: ["echo no"] },
    });
    expect(aborted).to.deep.include({ printed: [], succeeded: false, keepsArtifacts: false });
    const went = await run({
      install: { commands: ["false"], "on-failure": "CONTINUE" },
      build: { commands: ["echo on"] },
    });
    expect(went).to.deep.include({ printed: ["on"], succeeded: false });
  });

  it("fail when what is run last fails", async () => {
    const { ended, succeeded } = await run({ build: { commands: ["true"], finally: ["false", "true"] } });

    expect(ended).to.include("BUILD FAILED");
    expect(succeeded).to.equal(false);
  });

  it("kill a command with all that it started on the signal", async () => {
    const abort = new AbortController();
    const printed: string[] = [];
    const shell = shellIn(
      mkdtempSync(join(scratch, "build-")),
      (text) => {
        printed.push(text);
        abort.abort();
      },
      abort.signal,
    );

    expect(await shell.run("sleep 60 & echo $!; sleep 60")).to.equal(137);
    await ended(Number(printed[0]));
    expect(await shell.run("echo never")).to.equal(137);
    expect(printed).to.have.lengthOf(1);
  });

  it("leave what runs in the background alone until the build ends", async () => {
    const printed: string[] = [];
    const shell = shellIn(mkdtempSync(join(scratch, "build-")), (text) => printed.push(text));
    await shell.run("sleep 60 & echo $!");
    await shell.run(`kill -0 ${printed[0]} && echo alive`);
    shell.end();

    expect(printed[1]).to.equal("alive");
    await ended(Number(printed[0]));
  });

  it("expand names of folders, and tell of a variable's last value", async () => {
    const shell = shellIn(mkdtempSync(join(scratch, "build-")), () => {});
    await shell.run("export OUT='a b'");

    expect(await shell.expand("$OUT/*/${OUT}")).to.equal("a b/*/a b");
    expect(await shell.valueOf("OUT")).to.equal("a b");
    expect(await shell.valueOf("ABSENT")).to.equal(undefined);
  });
});
