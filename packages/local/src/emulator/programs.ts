import { dirname, join } from "node:path";
import { LOCAL_REGION } from "../accounts";
import type { StateLayout } from "../layout";
import type { DetachedProgram } from "../process/start-detached";

/** Variables of a person's shell that the processes may see: everything else could carry a secret into a Lambda. */
const INHERITED = ["PATH", "HOME", "LANG", "LC_ALL", "TZ"] as const;

/** Starts ministack so that policies which refuse plain text let loopback through. */
const START = join(__dirname, "..", "..", "toolchain", "emulator", "start.py");

/** Set to the state folder in the emulator and so in its Lambdas, by which `localDown` knows them when they are orphans. */
export const EMULATOR_MARK = "SLIPWAY_LOCAL_STATE";

/** The emulator: IAM enforced, Lambdas as local processes, ECS driven through the task runner's socket. */
export function emulatorProgram(layout: StateLayout, interpreter: string, port: number): DetachedProgram {
  return {
    part: "emulator",
    command: interpreter,
    args: [START],
    cwd: layout.state,
    log: layout.emulatorLog,
    env: {
      ...inherited(),
      // Lambdas run on the Node that runs Slipway, whatever else is on PATH.
      PATH: [dirname(process.execPath), process.env["PATH"] ?? ""].join(":"),
      [EMULATOR_MARK]: layout.state,
      TMPDIR: layout.temporary,
      PYTHONUNBUFFERED: "1",
      BIND_HOST: "127.0.0.1",
      GATEWAY_PORT: String(port),
      MINISTACK_REGION: LOCAL_REGION,
      LAMBDA_EXECUTOR: "local",
      AUTH: "true",
      IOT_MTLS_ENABLED: "0",
      SFTP_ENABLED: "0",
      DOCKER_HOST: `unix://${layout.taskSocket}`,
      SLIPWAY_BUILD_SOCKET: layout.taskSocket,
      S3_DATA_DIR: join(layout.temporary, "s3"),
      STATE_DIR: join(layout.temporary, "state"),
    },
  };
}

/** The task runner, which runs ECS containers and CodeBuild builds as child processes. */
export function taskRunnerProgram(layout: StateLayout, endpoint: string): DetachedProgram {
  const main = join(__dirname, "..", "task-runner", "main.js");
  return {
    part: "task runner",
    command: process.execPath,
    args: [
      main,
      ...["--socket", layout.taskSocket],
      ...["--endpoint", endpoint],
      ...["--logs", layout.taskLogs],
      ...["--build-logs", layout.buildLogs],
    ],
    cwd: layout.state,
    log: layout.taskRunnerLog,
    env: { ...inherited(), TMPDIR: layout.temporary, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
  };
}

function inherited(): Record<string, string> {
  return Object.fromEntries(
    INHERITED.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
