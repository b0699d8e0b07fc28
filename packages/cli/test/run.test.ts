import { InvalidInputError } from "@slipway/core";
import { expect } from "chai";
import { slipway } from "./support/slipway";

const failing = (error: unknown) => ({ automation: { outputs: () => Promise.reject(error) } });
const outputs = ["outputs", "--stack", "staging"];

describe("run", () => {
  it("prints data on stdout and nothing else there", async () => {
    const automation = { outputs: async () => ({ url: { value: "http://x", secret: false } }) };
    const { stdout, stderr, exitCode } = await slipway(outputs, { automation });
    expect({ stdout, stderr, exitCode }).to.deep.equal({
      stdout: "OUTPUT  VALUE\nurl     http://x\n",
      stderr: "",
      exitCode: 0,
    });
  });

  it("reports an error in one line that says what, why and how to mend it", async () => {
    const error = new InvalidInputError("--stack", "is odd\n  in two lines", "use another");
    const { stdout, stderr, exitCode } = await slipway(outputs, failing(error));
    expect(stderr).to.equal("slipway: [--stack] is odd; in two lines; to mend it: use another\n");
    expect({ stdout, exitCode }).to.deep.equal({ stdout: "", exitCode: 2 });
  });

  it("shows stack traces, with causes, only with --debug", async () => {
    const error = new Error("odd", { cause: new Error("deep") });
    const plain = await slipway(outputs, failing(error));
    const debug = await slipway([...outputs, "--debug"], failing(error));
    expect(plain.stderr).to.not.match(/\n\s+at /);
    expect(debug.stderr)
      .to.match(/\n\s+at /)
      .and.include("caused by: Error: deep");
    expect(debug.stderr.trimEnd().split("\n").at(-1)).to.match(/^slipway: odd/);
  });

  it("keeps properties of an error out of the trace", async () => {
    const error = Object.assign(new Error("odd"), { request: { password: "canary" } });
    const { stderr } = await slipway([...outputs, "--debug"], failing(error));
    expect(stderr).to.not.include("canary");
  });

  it("finds the reason in an error that has none of its own", async () => {
    const refused = new AggregateError([new Error("connect ECONNREFUSED 127.0.0.1:1")], "");
    const { stderr, exitCode } = await slipway(outputs, failing(refused));
    expect(stderr).to.include("connect ECONNREFUSED 127.0.0.1:1");
    expect(exitCode).to.equal(1);
  });

  it("sends no control character that others wrote to a terminal, and all of them to a script", async () => {
    const value = "esc\u001B[2J\u202E";
    const automation = { outputs: async () => ({ url: { value, secret: false } }) };
    const print = async (words: string[], typed?: string) =>
      (await slipway(words, { automation, ...(typed !== undefined && { typed }) })).stdout;
    const one = ["outputs", "url", "--stack", "staging"];
    expect(await print(outputs)).to.include("url     esc\\x1b[2J\\u202e\n");
    expect(await print(one, "")).to.equal("esc\\x1b[2J\\u202e\n");
    expect(await print(one)).to.equal(`${value}\n`);
    expect(JSON.parse(await print([...one, "--json"], ""))).to.include({ value });
    const { stderr } = await slipway(outputs, failing(new InvalidInputError("key", `is ${value}`, `not ${value}`)));
    expect(stderr).to.equal("slipway: [key] is esc\\x1b[2J\\u202e; to mend it: not esc\\x1b[2J\\u202e\n");
  });

  it("exits with 130 after Ctrl-C, whatever the library throws", async () => {
    const signal = AbortSignal.abort();
    const aborted = await slipway(outputs, { ...failing(new DOMException("aborted", "AbortError")), signal });
    expect({ exitCode: aborted.exitCode, stderr: aborted.stderr }).to.deep.equal({
      exitCode: 130,
      stderr: "slipway: interrupted\n",
    });
  });

  it("paints only on a terminal, and never against NO_COLOR, TERM=dumb or --no-color", async () => {
    const automation = { outputs: async () => ({ url: { value: "http://x", secret: false } }) };
    const painted = async (args: string[], env = {}, typed?: string): Promise<boolean> =>
      (
        await slipway([...outputs, ...args], { automation, env, ...(typed === undefined ? {} : { typed }) })
      ).stdout.includes("\u001B[");
    expect(await painted([], {}, "")).to.equal(true);
    expect(await painted([])).to.equal(false);
    expect(await painted(["--no-color"], {}, "")).to.equal(false);
    expect(await painted([], { NO_COLOR: "1" }, "")).to.equal(false);
    expect(await painted([], { TERM: "dumb" }, "")).to.equal(false);
  });

  it("prints a secret output only by name and with --show-secret", async () => {
    const automation = {
      outputs: async () => ({ token: { value: undefined, secret: true } }),
      revealOutput: async () => "canary",
    };
    const all = await slipway([...outputs, "--json"], { automation });
    const named = await slipway(["outputs", "token", "--stack", "staging"], { automation });
    const shown = await slipway(["outputs", "token", "--stack", "staging", "--show-secret"], { automation });
    expect(all.stdout + all.stderr + named.stdout + named.stderr).to.not.include("canary");
    expect(JSON.parse(all.stdout)).to.have.nested.property("outputs.token.value", null);
    expect(named.exitCode).to.equal(6);
    expect(shown.stdout).to.equal("canary\n");
  });

  describe("when stdout cannot be written", () => {
    const automation = { outputs: async () => ({ url: { value: "http://x", secret: false } }) };
    const full = { automation, stdoutFailure: new Error("ENOSPC: no space left on device, write") };

    for (const words of [outputs, ["--help"], ["completion", "bash"], ["--get-yargs-completions", "slipway", "rel"]]) {
      it(`says so in one line: ${words.join(" ")}`, async () => {
        const { stderr, exitCode } = await slipway(words, full);
        expect(stderr).to.match(/^slipway: stdout cannot be written: ENOSPC: .*; to mend it: .*\n$/);
        expect(exitCode).to.equal(1);
      });
    }

    it("says so in JSON with --json", async () => {
      const { stderr } = await slipway([...outputs, "--json"], full);
      expect(JSON.parse(stderr)).to.have.nested.property("error.code", "output-lost");
    });

    it("takes a closed pipe for the end and not for a failure", async () => {
      const stdoutFailure = Object.assign(new Error("write EPIPE"), { code: "EPIPE" });
      const { stderr, exitCode } = await slipway(outputs, { automation, stdoutFailure });
      expect({ stderr, exitCode }).to.deep.equal({ stderr: "", exitCode: 0 });
    });
  });

  it("puts the stack of the command line into hints, however it is written", async () => {
    const error = new InvalidInputError("hop", "is odd", "run: slipway up --stack <stack>");
    for (const words of [
      ["--stack", "staging"],
      ["--stack=staging"],
      ["-s", "staging"],
      ["-s=staging"],
      ["-sstaging"],
    ]) {
      const { stderr } = await slipway(["outputs", ...words], failing(error));
      expect(stderr, words.join(" ")).to.include("run: slipway up --stack staging\n");
    }
  });
});
