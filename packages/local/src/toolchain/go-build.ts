import { join } from "node:path";
import { InstallFailedError, ToolMissingError } from "../errors";
import type { Progress } from "../local-environment";
import { execute } from "../process/execute";
import { withHeartbeat } from "../progress";
import { isAtLeast, LANGUAGE_HOST_VERSION, OLDEST_GO, OLDEST_PULUMI, PULUMI_VERSION } from "./versions";

/** A program that can be built from published Go modules. */
export interface GoProgram {
  readonly executable: string;
  readonly version: string;
  readonly importPath: string;
  /** Folder with the committed go.mod and go.sum that pin everything it is made of. */
  readonly module: string;
  /** How long it takes when nothing is cached, measured on 2 cores. */
  readonly expected: string;
}

const MODULES = join(__dirname, "..", "..", "toolchain");

/** Pulumi's engine and command line. */
export const PULUMI_PROGRAM: GoProgram = {
  executable: "pulumi",
  version: PULUMI_VERSION,
  importPath: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
  module: join(MODULES, "cli"),
  expected: "about 5 minutes",
};

/** The host of Pulumi programs written for Node. */
export const LANGUAGE_HOST_PROGRAM: GoProgram = {
  executable: "pulumi-language-nodejs",
  version: LANGUAGE_HOST_VERSION,
  importPath: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
  module: join(MODULES, "language-host"),
  expected: "about 1 minute",
};

const GO_LIMIT_MS = 40 * 60_000;

/**
 * Builds into `folder`, from the pinned module only. Needs Go and the module proxy; the checksums are committed.
 * One `go build`, without `go mod download` before it: that would ask for every module of the graph, built or not.
 */
export async function buildWithGo(program: GoProgram, folder: string, progress: Progress): Promise<void> {
  await requireGo(program);
  const title = `${program.executable} ${program.version}`;
  const flags = `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${program.version}`;
  const output = join(folder, program.executable);
  await withHeartbeat(progress, `building ${title} from source (once per machine, ${program.expected})`, () =>
    runGo(
      title,
      ["build", "-trimpath", "-buildvcs=false", "-ldflags", flags, "-o", output, program.importPath],
      program,
    ),
  );
}

async function runGo(title: string, args: readonly string[], program: GoProgram): Promise<void> {
  const env = { ...process.env, GOFLAGS: "-mod=readonly", GOWORK: "off", CGO_ENABLED: "0", GOTOOLCHAIN: "auto" };
  const result = await execute("go", args, { cwd: program.module, env, timeout: GO_LIMIT_MS });
  if (!result.ok) throw new InstallFailedError(title, `go ${args[0]}`, result.summary);
}

async function requireGo(program: GoProgram): Promise<void> {
  const { stdout } = await execute("go", ["env", "GOVERSION"], {
    cwd: program.module,
    env: { ...process.env, GOTOOLCHAIN: "local", GOFLAGS: "", GOWORK: "off" },
    timeout: 30_000,
  });
  if (isAtLeast(stdout, OLDEST_GO)) return;
  throw new ToolMissingError(
    `Go ${OLDEST_GO} or newer`,
    `build ${program.executable}, which is not on PATH and could not be downloaded`,
    `install Go (https://go.dev/doc/install), or Pulumi ${OLDEST_PULUMI} or newer (https://www.pulumi.com/docs/install), and run it again`,
  );
}
