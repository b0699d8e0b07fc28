import { BatchDeleteBuildsCommand, BatchGetProjectsCommand, StopBuildCommand } from "@aws-sdk/client-codebuild";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { localLogs, localStatus, localUp } from "@slipway/local";
import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { localEnvironment } from "../environment";
import { unzipped, zipped } from "./zips";
import { BuildStage, spec } from "./support";
import { until } from "../task-runner/support/ecs-stage";

const statuses = (phases: { phaseType?: string; phaseStatus?: string }[] = []) =>
  phases.map(({ phaseType, phaseStatus }) => `${phaseType} ${phaseStatus ?? "-"}`);

describe("builds of CodeBuild", function () {
  this.timeout(60_000);
  let stage: BuildStage;

  before(async () => {
    stage = new BuildStage();
    await stage.open();
  });

  after(() => stage.close());
  beforeEach(() => stage.events());

  it("run in a folder and an environment of their own, and tell of each phase", async () => {
    process.env["SECRET_OF_THE_RUNNER"] = "canary";
    const id = await stage.start(
      spec({
        install: ["export KEPT=kept && cd /tmp"],
        build: [
          `echo "$OF_PROJECT $OVERRIDDEN $OF_BUILD $KEPT $PWD $CODEBUILD_BUILD_NUMBER"`,
          "env",
          "ls -A $CODEBUILD_SRC_DIR",
        ],
      }),
      {
        environmentVariablesOverride: [
          { name: "OVERRIDDEN", value: "build" },
          { name: "OF_BUILD", value: "build" },
        ],
      },
    );
    expect((await stage.build(id)).buildStatus).to.equal("IN_PROGRESS");

    const build = await stage.ended(id);
    expect(build.buildStatus).to.equal("SUCCEEDED");
    expect(statuses(build.phases)).to.deep.equal([
      "SUBMITTED SUCCEEDED",
      "QUEUED SUCCEEDED",
      "PROVISIONING SUCCEEDED",
      "DOWNLOAD_SOURCE SUCCEEDED",
      "INSTALL SUCCEEDED",
      "PRE_BUILD SUCCEEDED",
      "BUILD SUCCEEDED",
      "POST_BUILD SUCCEEDED",
      "UPLOAD_ARTIFACTS SUCCEEDED",
      "FINALIZING SUCCEEDED",
      "COMPLETED -",
    ]);
    const [line, ...environment] = await stage.printed(build);
    expect(line).to.equal(`project build build kept /tmp ${build.buildNumber}`);
    expect(environment.join("\n")).not.to.match(/canary|SECRET_OF_THE_RUNNER/);
  });

  it("tell EventBridge what CodeBuild tells", async () => {
    const id = await stage.start(spec({ build: ["true"] }), {
      environmentVariablesOverride: [{ name: "SITE", value: "shop" }],
    });
    await stage.ended(id);
    const events = await stage.events();

    const states = events.filter((event) => event["detail-type"] === "CodeBuild Build State Change");
    expect(states.map(({ detail }) => detail["build-status"])).to.have.members(["IN_PROGRESS", "SUCCEEDED"]);
    const variables = states[0]?.detail["additional-information"].environment["environment-variables"];
    expect(variables).to.deep.include({ name: "SITE", value: "shop", type: "PLAINTEXT" });
    const phases = events.filter((event) => event["detail-type"] === "CodeBuild Build Phase Change");
    expect(phases.map(({ detail }) => detail["completed-phase"])).to.include.members(["DOWNLOAD_SOURCE", "BUILD"]);
    expect(
      states.every(({ detail }) => detail["build-id"] === `arn:aws:codebuild:eu-west-2:222222222222:build/${id}`),
    ).to.equal(true);
  });

  it("unpack a source from S3, and put what the buildspec names into the bucket", async () => {
    const source = await zipped({ "buildspec.yml": BUILDSPEC_FILE, "page.txt": "hello" });
    await stage.s3.send(new PutObjectCommand({ Bucket: stage.name, Key: "source.zip", Body: source }));
    const build = await stage.ended(
      await stage.start("buildspec.yml", {
        sourceTypeOverride: "S3",
        sourceLocationOverride: `${stage.name}/source.zip`,
        artifactsOverride: {
          type: "S3",
          location: stage.name,
          path: "builds/7",
          name: "site.zip",
          packaging: "ZIP",
          namespaceType: "NONE",
        },
      }),
    );

    expect(build.buildStatus, JSON.stringify(build.phases)).to.equal("SUCCEEDED");
    expect(build.artifacts?.location).to.equal(`arn:aws:s3:::${stage.name}/builds/7/site.zip`);
    const found = await stage.s3.send(new GetObjectCommand({ Bucket: stage.name, Key: "builds/7/site.zip" }));
    const files = await unzipped(Buffer.from((await found.Body?.transformToByteArray()) ?? []));
    expect(files).to.deep.equal({ "index.html": "HELLO\n", "assets/app.js": "1\n" });
  });

  it("take a source from git, at the version that is asked for", async () => {
    const repository = mkdtempSync(join(tmpdir(), "slipway-source-"));
    const git = (...args: string[]) => execFileSync("git", ["-C", repository, ...args], { encoding: "utf8" }).trim();
    git("init", "--quiet", "--initial-branch=main");
    const commit = (text: string): string => {
      writeFileSync(join(repository, "page.txt"), text);
      git("add", ".");
      git("-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "--quiet", "-m", text);
      return git("rev-parse", "HEAD");
    };
    const first = commit("first");
    commit("second");
    git("branch", "old", first);
    const source = { sourceTypeOverride: "GITHUB", sourceLocationOverride: `file://${repository}` };
    const build = await stage.ended(
      await stage.start(spec({ build: ["cat page.txt"] }), {
        ...source,
        gitCloneDepthOverride: 1,
        sourceVersion: "old",
      }),
    );

    expect(build.buildStatus, JSON.stringify(build.phases)).to.equal("SUCCEEDED");
    expect(build.resolvedSourceVersion).to.equal(first);
    expect(await stage.printed(build)).to.deep.equal(["first"]);
    const missing = await stage.ended(await stage.start(spec({}), { ...source, sourceVersion: "nowhere" }));
    expect(statuses(missing.phases)).to.include("DOWNLOAD_SOURCE FAILED");
    rmSync(repository, { recursive: true });
  });

  it("stop at a failing install, and run post_build after a failing build", async () => {
    const first = await stage.ended(await stage.start(spec({ install: ["exit 3"], build: ["echo never"] })));
    expect(first.buildStatus).to.equal("FAILED");
    expect(statuses(first.phases)).to.include("INSTALL FAILED").and.not.include("BUILD SUCCEEDED");
    expect(await stage.printed(first)).to.deep.equal([]);
    const context = first.phases?.find(({ phaseType }) => phaseType === "INSTALL")?.contexts?.[0];
    expect(context).to.deep.equal({
      statusCode: "COMMAND_EXECUTION_ERROR",
      message: "Error while executing command: exit 3. Reason: exit status 3",
    });

    const phases = spec({
      build: { commands: ["false"], finally: ["echo last"] },
      post_build: ["echo $CODEBUILD_BUILD_SUCCEEDING"],
    });
    const second = await stage.ended(await stage.start(phases));
    expect(second.buildStatus).to.equal("FAILED");
    expect(await stage.printed(second)).to.deep.equal(["last", "0"]);
    const third = await stage.ended(
      await stage.start(spec({ build: { commands: ["false"], "on-failure": "ABORT" }, post_build: ["echo never"] })),
    );
    expect(await stage.printed(third)).to.deep.equal([]);
  });

  it("end when they are stopped, with all that they started", async () => {
    const id = await stage.start(spec({ build: ["echo $$ && sleep 300 & sleep 300"] }));
    const [pid] = await until("the first line", async () => {
      const lines = await stage.printed(await stage.build(id)).catch(() => []);
      return lines.length > 0 ? lines : undefined;
    });
    const { build } = await stage.codebuild.send(new StopBuildCommand({ id }));

    expect(build?.buildStatus).to.equal("STOPPED");
    expect(statuses((await stage.build(id)).phases)).to.include("BUILD STOPPED");
    await until("the end of the process", async () => (isAlive(Number(pid)) ? undefined : true));
    expect((await stage.events()).map(({ detail }) => detail["build-status"])).to.include("STOPPED");
  });

  it("end when their time is over", async () => {
    const id = await stage.start(spec({ build: ["sleep 300"] }), { timeoutInMinutesOverride: 0.02 });
    const build = await stage.ended(id);

    expect(build.buildStatus).to.equal("TIMED_OUT");
    expect(statuses(build.phases)).to.include("BUILD TIMED_OUT");
  });

  it("have no more rights than their project's role", async () => {
    await stage.allow(["logs:CreateLogStream", "logs:CreateLogGroup", "logs:PutLogEvents"]);
    const artifacts = { type: "S3", location: stage.name, name: "site.zip", packaging: "ZIP" };
    const files = spec({ build: ["echo 1 > index.html"] }, { artifacts: { files: ["index.html"] } });
    const build = await stage.ended(await stage.start(files, { artifactsOverride: artifacts }));
    expect(build.buildStatus).to.equal("FAILED");
    const failed = build.phases?.find(({ phaseStatus }) => phaseStatus === "FAILED");
    expect(failed).to.deep.include({ phaseType: "UPLOAD_ARTIFACTS" });
    expect(failed?.contexts?.[0]?.statusCode).to.equal("ACCESS_DENIED");

    await stage.allow(["s3:PutObject"]);
    const mute = await stage.ended(await stage.start(spec({ build: ["true"] })));
    expect(statuses(mute.phases)).to.include("PROVISIONING FAILED").and.not.include("BUILD SUCCEEDED");
    await stage.allow([
      "logs:CreateLogStream",
      "logs:CreateLogGroup",
      "logs:PutLogEvents",
      "s3:GetObject",
      "s3:PutObject",
    ]);
  });

  it("start once for a token, and say when it is used for something else", async () => {
    const [idempotencyToken, buildspec] = ["shop-1", spec({ build: ["true"] })];
    const first = await stage.start(buildspec, { idempotencyToken });
    expect(await stage.start(buildspec, { idempotencyToken })).to.equal(first);
    const other = stage.start(spec({ build: ["false"] }), { idempotencyToken });
    expect(await other.catch((error: Error) => error.name)).to.equal("InvalidInputException");
    await stage.ended(first);
    const { buildsDeleted } = await stage.codebuild.send(new BatchDeleteBuildsCommand({ ids: [first] }));
    expect(buildsDeleted).to.deep.equal([first]);
    const { projects } = await stage.codebuild.send(new BatchGetProjectsCommand({ names: [stage.name] }));
    expect(projects?.[0]).not.to.have.property("_builds");
  });

  it("fail rather than hang when the runner dies, and run again with the next one", async () => {
    const { directory } = localEnvironment();
    const id = await stage.start(spec({ build: ["echo $$ && sleep 300"] }));
    const [pid] = await until("the first line", async () => {
      const lines = await stage.printed(await stage.build(id)).catch(() => []);
      return lines.length > 0 ? lines : undefined;
    });
    process.kill((await localStatus({ directory })).taskRunner.pid ?? 0, "SIGKILL");

    const build = await stage.ended(id);
    expect(build.buildStatus).to.equal("FAULT");
    expect(statuses(build.phases)).to.include("BUILD FAULT");
    await until("the end of the process", async () => (isAlive(Number(pid)) ? undefined : true));
    const without = await stage.ended(await stage.start(spec({ build: ["true"] })));
    expect(without.buildStatus).to.equal("FAULT");
    await localUp({ directory });
    expect((await stage.ended(await stage.start(spec({ build: ["true"] })))).buildStatus).to.equal("SUCCEEDED");
  });

  it("are read in the local logs", async () => {
    await stage.ended(await stage.start(spec({ build: ["echo seen"] })));
    const { directory } = localEnvironment();
    const lines: string[] = [];
    for await (const { text } of localLogs({ directory, source: "build" })) lines.push(text);
    expect(lines.filter((text) => text.endsWith("| seen"))).to.have.lengthOf(1);
  });
});

const BUILDSPEC_FILE = `
version: 0.2
env:
  variables:
    OUTPUT: dist
phases:
  build:
    commands:
      - mkdir -p "$OUTPUT/assets" "$OUTPUT/.git"
      - tr a-z A-Z < page.txt > "$OUTPUT/index.html" && echo >> "$OUTPUT/index.html"
      - echo 1 > "$OUTPUT/assets/app.js" && echo 2 > "$OUTPUT/assets/app.js.map"
artifacts:
  base-directory: $OUTPUT
  files:
    - "**/*"
  exclude-paths:
    - "**/*.map"
`;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
