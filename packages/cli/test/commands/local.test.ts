import { execFileSync } from "node:child_process";
import type { LocalStatus } from "@slipway/local";
import { expect } from "chai";
import { slipway } from "../support/slipway";

const part = { pid: 7, running: true, detail: "fine" };
const status = (state: LocalStatus["state"]): LocalStatus => ({
  state,
  directory: "/project",
  stateDirectory: "/project/.slipway/local",
  endpoint: state === "stopped" ? undefined : "http://127.0.0.1:4566",
  emulator: part,
  taskRunner: part,
  accounts: { tools: "000000000000" },
  toolchain: undefined,
  plugins: { aws: { kind: "stand-in", reason: "no network" } },
});

const nasty = `it's $HOME \`id\` "x" \\ \n end`;
const environment = {
  directory: "/project",
  stateDirectory: "/project/.slipway/local",
  endpoint: "http://127.0.0.1:4566",
  env: { PATH: process.env["PATH"] ?? "", NASTY: nasty },
  unset: ["AWS_PROFILE", "AWS_SESSION_TOKEN"],
};

describe("local commands", () => {
  it("env prints what a shell evaluates to exactly those variables", async () => {
    const { stdout } = await slipway(["local", "env"], { local: { findLocal: () => environment } });
    const script = 'eval "$1"; printf "%s|%s" "${AWS_PROFILE-unset}" "$NASTY"';
    const printed = execFileSync("sh", ["-c", script, "sh", stdout], {
      env: { PATH: process.env["PATH"], AWS_PROFILE: "mine" },
      encoding: "utf8",
    });
    expect(printed).to.equal(`unset|${nasty}`);
  });

  it("env prints nothing on stdout when nothing runs, so that eval does nothing", async () => {
    const { stdout, stderr, exitCode } = await slipway(["local", "env"], { local: { findLocal: () => undefined } });
    expect({ stdout, exitCode }).to.deep.equal({ stdout: "", exitCode: 5 });
    expect(stderr).to.include("slipway local up");
  });

  it("status exits by state: 0 running, 5 stopped, 7 broken", async () => {
    const codes = await Promise.all(
      (["running", "stopped", "broken"] as const).map(
        async (state) =>
          (await slipway(["local", "status"], { local: { localStatus: async () => status(state) } })).exitCode,
      ),
    );
    expect(codes).to.deep.equal([0, 5, 7]);
  });

  for (const verb of ["up", "down", "reset"]) {
    it(`${verb} --dry-run only looks`, async () => {
      const local = { localStatus: async () => status("running") };
      const { stdout, exitCode } = await slipway(["local", verb, "--dry-run", "--json"], { local });
      expect(exitCode).to.equal(0);
      expect(JSON.parse(stdout)).to.include({ schema: "slipway.local.v1", dry_run: true });
    });
  }

  it("up tells its progress on stderr and its state on stdout", async () => {
    const local = {
      localStatus: async () => status("running"),
      localUp: async ({ progress }: { progress?: (line: string) => void }) => {
        progress?.("building the CLI");
        return environment;
      },
    };
    const { stdout, stderr } = await slipway(["local", "up"], { local });
    expect(stderr).to.include("building the CLI\n");
    expect(stdout).to.include("http://127.0.0.1:4566").and.not.include("building");
  });

  it("image pushes the command after -- with its environment", async () => {
    const pushed: unknown[] = [];
    const local = {
      pushLocalImage: async (options: unknown) => {
        pushed.push(options);
        return { uri: "registry/shop/web:v1", digest: "sha256:0" };
      },
    };
    const args = ["local", "image", "shop/web:v1", "--env", "A=1=2", "--env", "B=", "--", "node", "/x.js", "--flag"];
    const { stdout, exitCode } = await slipway(args, { local });
    expect(exitCode).to.equal(0);
    expect(stdout).to.equal("registry/shop/web:v1@sha256:0\n");
    expect(pushed).to.have.length(1);
    expect(pushed[0]).to.deep.include({
      image: "shop/web:v1",
      command: ["node", "/x.js", "--flag"],
      environment: { A: "1=2", B: "" },
    });
  });

  for (const [wrong, args] of Object.entries({
    "[command] is missing": ["shop/web:v1"],
    "[--env] A is not NAME=value": ["shop/web:v1", "--env", "A", "--", "node"],
  })) {
    it(`image refuses: ${wrong}`, async () => {
      const { stderr, exitCode } = await slipway(["local", "image", ...args], {});
      expect(exitCode).to.equal(2);
      expect(stderr).to.include(wrong);
    });
  }

  it("logs are lines for people and NDJSON with --json", async () => {
    async function* lines() {
      yield { source: "task" as const, file: "api.log", text: "hello" };
      yield { source: "task" as const, file: "api.log", text: "world" };
    }
    const plain = await slipway(["local", "logs"], { local: { localLogs: lines } });
    const json = await slipway(["local", "logs", "--json"], { local: { localLogs: lines } });
    expect(plain.stdout).to.equal("api.log: hello\napi.log: world\n");
    expect(
      json.stdout
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as unknown),
    ).to.deep.equal(
      ["hello", "world"].map((text) => ({ schema: "slipway.log-line.v1", source: "task", file: "api.log", text })),
    );
  });
});
